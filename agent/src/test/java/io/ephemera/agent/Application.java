package io.ephemera.agent;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How an application of {@code com.acme} is run, which knows nothing of the agent. */
final class Application {

    private Application() {}

    static String javaagent(String options) {
        Path jar = jar();
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is missing: these tests come after the phase package");
        }
        return "-javaagent:" + jar + "=" + options;
    }

    static Path jar() {
        return Path.of("target", "ephemera-agent.jar").toAbsolutePath();
    }

    /** The application's own classes, without those of the agent's module. */
    static List<String> classPath(String... libraries) {
        String own = Path.of("target", "test-classes").toAbsolutePath().toString();
        return List.of("-cp", own + File.pathSeparator + libraries(List.of(libraries)));
    }

    /** The entries of this JVM's class path whose files are named so. */
    static String libraries(List<String> prefixes) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry ->
                        prefixes.stream().anyMatch(String.valueOf(Path.of(entry).getFileName())::startsWith))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** One that needs no libraries. */
    static ChildJvm start(List<String> flags, String main, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(flags);
        if (!flags.contains("-cp")) {
            all.addAll(classPath());
        }
        all.add(main);
        all.addAll(List.of(arguments));
        return ChildJvm.start(all);
    }

    static ChildJvm run(List<String> flags, String main, String... arguments) throws Exception {
        return start(flags, main, arguments).await();
    }
}
