package io.ephemera.benchmarks;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Plants faults in copies of classes, one at a time, and shows which test finds each: one of those that the table names, and where
 * none does the short form of torture. Nothing of the tree is changed. Ends with 1 if a fault is not found, or the table has one that fits
 * the sources no longer.
 *
 * <p>The table is {@code planted-faults.txt}: the file and the test classes of its module that matter for it, {@code * what is wrong},
 * {@code < what stands there, once}, {@code > what is put there}.
 */
public final class PlantedFaults {

    private static final long HANGS_SECONDS = 600;
    private static final String FOUND = "found by ";
    private static final String CLASS = "[class:";
    private static final List<String> MODULES = List.of("port-pool", "agent", "reports", "simulations");
    private static final String TORTURED = "simulations";
    private static final String TORTURE = "TortureTest";

    private final Path root;
    private final Path scratch;
    private final String classPath;
    private boolean isTortureTried;

    /** @param tests simple names of the classes that are to find it */
    private record Fault(String what, String file, List<String> tests, String stands, String put) {

        String module() {
            return file.substring(0, file.indexOf('/'));
        }

        boolean fits(String source) {
            int at = source.indexOf(stands);
            return at >= 0 && source.indexOf(stands, at + 1) < 0;
        }
    }

    private PlantedFaults(Path root) throws IOException {
        this.root = root;
        this.scratch = Files.createDirectories(root.resolve("benchmarks/target/planted-faults"));
        List<String> path = new ArrayList<>();
        for (String module : List.of("port-pool", "agent", "target-server", "reports", "simulations")) {
            path.add(root.resolve(module).resolve("target/test-classes").toString());
        }
        path.add(System.getProperty("java.class.path"));
        this.classPath = String.join(File.pathSeparator, path);
    }

    /**
     * Plants the faults.
     *
     * @param arguments the root of the project; then, if not all, words of those that are wanted; or {@code --tests} and classes: runs
     *     them, up to the first failure
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("--tests")) {
            test(Arrays.asList(arguments).subList(1, arguments.length));
        } else {
            Path root = Path.of(arguments[0]).toRealPath();
            List<String> words = Arrays.asList(arguments).subList(1, arguments.length);
            System.exit(new PlantedFaults(root).all(words) ? 0 : 1);
        }
    }

    private static void test(List<String> classes) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(classes.stream().map(name -> selectClass(name)).toList())
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    if (!test.getUniqueId().contains(CLASS)) {
                        // The tests themselves can't be had, which finds nothing.
                        result.getThrowable().ifPresent(Throwable::printStackTrace);
                        Runtime.getRuntime().halt(2);
                    }
                    result.getThrowable().ifPresent(Throwable::printStackTrace);
                    System.out.println(FOUND + name(test));
                    System.out.flush();
                    Runtime.getRuntime().halt(1);
                }
            }
        });
        System.exit(0);
    }

    private static String name(TestIdentifier test) {
        String id = test.getUniqueId();
        String ofClass = id.substring(id.indexOf(CLASS) + CLASS.length());
        String className = ofClass.substring(0, ofClass.indexOf(']'));
        return className.substring(className.lastIndexOf('.') + 1) + ": " + test.getDisplayName();
    }

    private boolean all(List<String> words) throws IOException, InterruptedException {
        String without = withoutFault();
        if (without != null) {
            System.out.println("without any fault, the tests fail already: " + without);
            return false;
        }
        int planted = 0;
        int found = 0;
        for (Fault fault : table()) {
            if (!words.isEmpty() && words.stream().noneMatch(word -> fault.what.contains(word))) {
                continue;
            }
            planted++;
            String result;
            try {
                String by = foundBy(fault);
                found += by == null ? 0 : 1;
                result = by == null ? "NOT FOUND" : by;
            } catch (IllegalStateException e) {
                result = "UNFIT: " + e.getMessage();
            }
            System.out.println("| " + name(fault) + " | " + fault.what + " | " + result + " |");
            System.out.flush();
        }
        System.out.println(found + " of " + planted + " planted faults were found");
        return planted > 0 && found == planted;
    }

    /** A test that fails by itself would find everything; {@code null} if there is none. */
    private @Nullable String withoutFault() throws IOException, InterruptedException {
        clean(scratch);
        Path nothing = Files.createDirectories(scratch.resolve("classes"));
        for (String module : MODULES) {
            Set<String> tests = new TreeSet<>();
            table().stream().filter(fault -> fault.module().equals(module)).forEach(fault -> tests.addAll(fault.tests));
            String failing = run(nothing, module, List.copyOf(tests));
            if (failing != null) {
                return failing;
            }
        }
        return null;
    }

    private static String name(Fault fault) {
        return fault.file.substring(fault.file.lastIndexOf('/') + 1).replace(".java", "");
    }

    /** The test that finds it; {@code null} if none does. */
    private @Nullable String foundBy(Fault fault) throws IOException, InterruptedException {
        Path classes = plant(fault);
        String ofModule = fault.tests.isEmpty() ? null : run(classes, fault.module(), fault.tests);
        if (ofModule != null) {
            return ofModule;
        }
        if (!isTortureTried) {
            // Only where it is needed: it takes longer than all else.
            isTortureTried = true;
            String without = run(Files.createDirectories(scratch.resolve("nothing")), TORTURED, List.of(TORTURE));
            if (without != null) {
                throw new IllegalStateException("without it torture fails, too: " + without);
            }
        }
        return run(classes, TORTURED, List.of(TORTURE));
    }

    /** A folder with the classes of the file that has the fault. */
    private Path plant(Fault fault) throws IOException {
        Path file = root.resolve(fault.file);
        String source = Files.readString(file);
        if (!fault.fits(source)) {
            throw new IllegalStateException("not once in " + fault.file + ": " + fault.stands);
        }
        clean(scratch);
        Path copy = scratch.resolve("source").resolve(file.getFileName());
        Path classes = Files.createDirectories(scratch.resolve("classes"));
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.writeString(copy, source.replace(fault.stands, fault.put));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of(
                    "-nowarn",
                    "-proc:none",
                    "-cp",
                    classPath,
                    "-d",
                    classes.toString(),
                    "-source",
                    "17",
                    "-target",
                    "17");
            if (!compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(copy))
                    .call()) {
                throw new IllegalStateException("does not compile: " + fault);
            }
        }
        return classes;
    }

    private static void clean(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder())
                    .filter(file -> !file.equals(folder))
                    .toList()) {
                Files.delete(file);
            }
        }
    }

    /** Which test fails; {@code null} if none does. */
    private @Nullable String run(Path classes, String module, List<String> tests)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djdk.attach.allowAttachSelf=true",
                "-Dephemera.torture.shrink=false",
                "-cp",
                classes + File.pathSeparator + classPath,
                PlantedFaults.class.getName(),
                "--tests"));
        for (String test : tests) {
            command.add(className(module, test));
        }
        Path output = scratch.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(root.resolve(module).toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(HANGS_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            return "the tests hang: " + tests;
        }
        try (Stream<String> lines = Files.lines(output, StandardCharsets.UTF_8)) {
            String by = lines.filter(line -> line.startsWith(FOUND))
                    .map(line -> line.substring(FOUND.length()))
                    .findFirst()
                    .orElse(null);
            if (by == null && process.exitValue() != 0) {
                throw new IllegalStateException("the tests did not run: " + Files.readString(output));
            }
            return by;
        }
    }

    private String className(String module, String simpleName) throws IOException {
        Path sources = root.resolve(module).resolve("src/test/java");
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.endsWith(simpleName + ".java"))
                    .map(file -> sources.relativize(file)
                            .toString()
                            .replace(".java", "")
                            .replace('/', '.'))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no test " + simpleName + " in " + module));
        }
    }

    /** The rows of the table that fit the sources no longer. */
    static List<String> unfit(Path root) throws IOException {
        List<String> unfit = new ArrayList<>();
        for (Fault fault : table()) {
            if (!fault.fits(Files.readString(root.resolve(fault.file)))) {
                unfit.add(fault.file + ": " + fault.what);
            }
        }
        return unfit;
    }

    private static List<Fault> table() throws IOException {
        List<Fault> faults = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(PlantedFaults.class.getResourceAsStream("planted-faults.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String file = "";
            List<String> tests = List.of();
            String what = "";
            String stands = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("* ")) {
                    what = line.substring(2);
                } else if (line.startsWith("< ")) {
                    stands = line.substring(2);
                } else if (line.startsWith(">")) {
                    faults.add(new Fault(
                            what, file, tests, stands, line.substring(1).strip()));
                } else if (!line.isBlank()) {
                    String[] words = line.split(" ", -1);
                    file = words[0];
                    tests = List.of(words).subList(1, words.length);
                }
            }
        }
        return faults;
    }
}
