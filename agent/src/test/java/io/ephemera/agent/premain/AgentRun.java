package io.ephemera.agent.premain;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * An application in a JVM of its own, under the agent's jar.
 *
 * @param exitCode of the JVM
 * @param out what it wrote to its standard output
 * @param err what it wrote to its standard error
 */
record AgentRun(int exitCode, String out, String err) {

    /** It lives for a second: neither the second compiler nor an archive of classes that is not there is worth the wait. */
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto");

    static Path jar() {
        Path jar = Path.of("target", "ephemera-agent.jar").toAbsolutePath();
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is missing: these tests come after the phase package");
        }
        return jar;
    }

    static String javaagent(String options) {
        return "-javaagent:" + jar() + (options.isEmpty() ? "" : "=" + options);
    }

    /** The parts of this JVM's class path that an application needs. */
    static String libraries(Predicate<String> fileName) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> fileName.test(String.valueOf(Path.of(entry).getFileName())))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The application's own classes, without those of the agent's module. */
    static Path application(Path folder) throws IOException {
        Path from = Path.of("target", "test-classes", "com", "acme");
        Path to =
                Files.createDirectories(folder.resolve("classes").resolve("com").resolve("acme"));
        try (var classes = Files.list(from)) {
            for (Path each : classes.collect(Collectors.toList())) {
                Files.copy(each, to.resolve(each.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return folder.resolve("classes");
    }

    /** An application with libraries of this JVM's class path. */
    static String application(Path folder, Predicate<String> fileName) throws IOException {
        return application(folder) + File.pathSeparator + libraries(fileName);
    }

    static List<String> command(Path folder, List<String> flags, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        if (!flags.contains("-cp") && !main.startsWith("-m")) {
            command.add("-cp");
            command.add(application(folder).toString());
        }
        command.addAll(List.of(main.split(" ", -1)));
        command.addAll(List.of(arguments));
        return command;
    }

    static Process start(Path folder, List<String> command, Path err) throws IOException {
        List<String> quick = new ArrayList<>(command);
        quick.addAll(1, QUICK);
        return new ProcessBuilder(quick)
                .directory(folder.toFile())
                .redirectError(err.toFile())
                .start();
    }

    static AgentRun of(Path folder, List<String> flags, String main, String... arguments)
            throws IOException, InterruptedException {
        Path err = Files.createTempFile(folder, "run", ".err");
        Process process = start(folder, command(folder, flags, main, arguments), err);
        try {
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new AgentRun(process.waitFor(), out, Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return "exit code " + exitCode + "\n--- out\n" + out + "--- err\n" + err;
    }
}
