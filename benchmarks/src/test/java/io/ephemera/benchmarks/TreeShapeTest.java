package io.ephemera.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** In the last module of the build, so that it sees the classes of all others. */
@DisplayName("The tree")
class TreeShapeTest {

    private static final Path ROOT = Path.of("..");

    /**
     * The packages of main code, below {@code io.ephemera}: module, package, and the packages that it uses. Each of these stands
     * above it, so that there is no cycle, neither of modules nor of packages.
     */
    static final List<MainPackage> PACKAGES = """
            port-pool     ports
            port-pool     ports.bind              ports
            port-pool     ports.map               ports
            port-pool     ports.plan              ports
            port-pool     ports.run               ports
            agent         agent.hook
            agent         agent                   ports ports.bind agent.hook
            agent         agent.usage             ports ports.map agent
            agent         agent.micrometer        agent agent.usage
            agent         agent.opentelemetry     ports agent agent.usage
            agent         agent.premain
            agent         agent.standalone        ports ports.map agent agent.usage
            gatling-ephemera-plugin gatling.internals agent
            gatling-ephemera-plugin gatling       ports agent agent.usage agent.standalone gatling.internals
            junit         junit                   ports agent agent.usage
            examples      examples
            target-server target
            reports       reports                 ports ports.run
            reports       reports.files           ports.run reports
            reports       reports.page            ports ports.map ports.run reports
            reports       reports.folder          ports.run reports reports.files reports.page
            reports       reports.live            ports ports.map ports.run reports reports.page
            simulations   simulations.load        ports ports.run
            simulations   simulations.login       target
            simulations   simulations.clock       ports agent
            simulations   simulations.gatling     agent reports.page simulations.clock
            simulations   simulations.machine     ports agent reports
            simulations   simulations.settings    ports ports.bind ports.run reports simulations.load
            simulations   simulations.scenario    ports ports.run agent target reports simulations.load simulations.clock simulations.machine simulations.settings
            simulations   simulations.stack       ports ports.bind ports.run agent reports simulations.load simulations.clock simulations.machine simulations.settings
            simulations   simulations.run         ports ports.run agent target reports reports.page reports.folder reports.live simulations.load simulations.clock simulations.gatling simulations.settings simulations.scenario simulations.stack
            simulations   simulations             target simulations.load simulations.login simulations.scenario simulations.run
            cli           cli.console             ports reports simulations.settings
            cli           cli.demo                ports ports.map ports.run reports reports.page simulations.settings simulations.load simulations.scenario cli.console
            cli           cli.doctor              ports reports simulations.machine cli.console
            cli           cli.explain             ports ports.plan reports simulations.machine cli.console cli.doctor
            cli           cli.plan                ports ports.plan reports reports.page cli.console
            cli           cli.report              reports reports.page reports.folder cli.console
            cli           cli                     ports target reports simulations.gatling simulations.settings simulations.scenario simulations.run cli.console cli.demo cli.doctor cli.explain cli.plan cli.report
            benchmarks    benchmarks              ports ports.plan agent target reports reports.folder simulations.load simulations.run
            """.lines().map(MainPackage::of).toList();

    /** Simple names that more than one type has, with the reason; each is to go from here some day. */
    private static final Map<String, String> SHARED_NAMES = Map.of(
            "Kind", "nested, and named with the type around it",
            "Main", "two programs can be started",
            "Outcome", "nested, and named with the type around it",
            "PortPool", "the annotation is for tests, which do not see the model",
            "Row", "nested, and named with the type around it");

    private static final Pattern MODULE = Pattern.compile("<module>([\\w-]+)</module>");

    /** Of all that a class refers to the class file has the name, whether by itself or in a signature. */
    private static final Pattern OURS = Pattern.compile("io/ephemera/((?:[a-z]\\w*/)+)[A-Z]");

    private static final Pattern MAY_TOUCH = Pattern.compile("(?s)<p>May touch (.*?)\\*/");
    private static final Pattern CODE = Pattern.compile("\\{@code ([\\w.]+)}");

    private static final Pattern NESTED = Pattern.compile(
            "(?m)^ +public (?:(?:static|final|abstract|sealed|non-sealed) )*(?:class|record|interface|enum|@interface) (\\w+)");

    private record MainPackage(String module, String name, Set<String> uses) {

        static MainPackage of(String line) {
            List<String> words = List.of(line.split(" +"));
            return new MainPackage(words.get(0), words.get(1), new TreeSet<>(words.subList(2, words.size())));
        }

        Path in(String folder) {
            return ROOT.resolve(module).resolve(folder).resolve("io/ephemera").resolve(name.replace('.', '/'));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    /** Of a class file or a name within one; the classes that are made of the templates count as those of the pages. */
    private static String packageOf(String path) {
        return path.replaceFirst("/templates$", "").replace('/', '.');
    }

    @Test
    @DisplayName("has the modules and packages that are listed here, each below those that it uses")
    void complete() throws IOException {
        Set<String> built = MODULE.matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(result -> result.group(1))
                // Versions, and no classes.
                .filter(module -> !module.equals("bom"))
                .collect(Collectors.toSet());
        assertEquals(built, PACKAGES.stream().map(MainPackage::module).collect(Collectors.toSet()));
        Set<String> found = new TreeSet<>();
        for (String module : built) {
            Path java = ROOT.resolve(module).resolve("src/main/java/io/ephemera");
            for (Path file : files(java, ".java")) {
                found.add(packageOf(java.relativize(file.getParent()).toString()));
            }
        }
        Set<String> above = new TreeSet<>();
        for (MainPackage each : PACKAGES) {
            assertTrue(above.containsAll(each.uses), each + " stands above a package that it uses");
            above.add(each.name);
        }
        assertEquals(found, above, "a package was added or is gone: say in this test which others it uses");
    }

    @ParameterizedTest(name = "from {0}")
    @FieldSource("PACKAGES")
    @DisplayName("has the arrows between its packages that are listed here, and no other")
    void arrows(MainPackage from) throws IOException {
        Set<String> used = new TreeSet<>();
        Path classes = from.in("target/classes");
        for (Path file : files(classes, ".class")) {
            if (from.name.equals(packageOf(ROOT.resolve(from.module)
                    .resolve("target/classes/io/ephemera")
                    .relativize(file.getParent())
                    .toString()))) {
                OURS.matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .results()
                        .map(result -> packageOf(result.group(1).replaceFirst("/$", "")))
                        .forEach(used::add);
            }
        }
        assertFalse(used.isEmpty(), "no classes in " + classes);
        used.remove(from.name);
        assertEquals(String.join(" ", from.uses), String.join(" ", used));
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("PACKAGES")
    @DisplayName("says of each package what it may touch")
    void packageInfo(MainPackage each) throws IOException {
        String text = Files.readString(each.in("src/main/java").resolve("package-info.java"));
        String touched =
                MAY_TOUCH.matcher(text).results().map(result -> result.group(1)).collect(Collectors.joining());
        assertFalse(touched.isEmpty(), each + " does not say what it may touch");
        Set<String> said =
                CODE.matcher(touched).results().map(result -> result.group(1)).collect(Collectors.toSet());
        assertEquals(each.uses, new TreeSet<>(said));
    }

    @Test
    @DisplayName("has a simple name of its own for each type that others see")
    void names() throws IOException {
        Map<String, Set<String>> places = new TreeMap<>();
        for (MainPackage each : PACKAGES) {
            try (Stream<Path> sources = Files.list(each.in("src/main/java"))) {
                for (Path source : sources.filter(file -> file.toString().endsWith(".java"))
                        .toList()) {
                    String type = source.getFileName().toString().replace(".java", "");
                    Stream.concat(
                                    Stream.of(type),
                                    NESTED.matcher(Files.readString(source))
                                            .results()
                                            .map(result -> result.group(1)))
                            .filter(name -> !name.equals("package-info"))
                            .forEach(name -> places.computeIfAbsent(name, first -> new TreeSet<>())
                                    .add(each.name + "." + type));
                }
            }
        }
        places.values().removeIf(types -> types.size() == 1);
        Set<String> unlisted = new TreeSet<>(places.keySet());
        unlisted.removeAll(SHARED_NAMES.keySet());
        assertEquals(Set.of(), unlisted, places.toString());
        assertEquals(places.keySet(), new TreeSet<>(SHARED_NAMES.keySet()), "listed, and unique by now");
    }
}
