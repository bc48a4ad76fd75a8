package io.ephemera.examples;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ephemera.agent.standalone.StandaloneAgent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@DisplayName("Netty's native transports, plain and in shaded gRPC,")
class NativeTransportsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Servers servers = new Servers();

    NativeTransportsTest() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        servers.stop();
    }

    @Test
    @DisplayName("are NOT SEEN: first line and metrics say so, by where they lie, and the first line with the switch")
    void unseen(@TempDir Path folder) throws Exception {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "this machine lacks: Netty's native transport for Linux on x86-64");
        String netty = "Netty's native transport epoll";
        String grpcs = netty + " in io.grpc.netty.shaded.io.netty";
        Path errors = folder.resolve("errors.txt");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-javaagent:" + agent(folder) + "=ports=27800-27804,page=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeTransports.class.getName(),
                        String.valueOf(servers.grpc.getPort()),
                        String.valueOf(servers.httpPort()))
                .redirectError(errors.toFile())
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertEquals("called", out.readLine(), () -> read(errors));
            Matcher page = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/").matcher(read(errors));
            assertTrue(page.find());
            URLConnection metrics = URI.create(page.group() + "metrics").toURL().openConnection();
            metrics.setReadTimeout((int) PATIENCE.toMillis());
            String text = new String(metrics.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(text.contains("ephemera_unseen{what=\"" + netty + "\"} 1"), text);
            assertTrue(text.contains("ephemera_unseen{what=\"" + grpcs + "\"} 1"), text);
            child.getOutputStream().close();
            assertTrue(child.waitFor(PATIENCE.toSeconds(), SECONDS));
        } finally {
            child.destroyForcibly();
        }
        String first = read(errors)
                .lines()
                .filter(line -> line.startsWith("Ephemera: "))
                .findFirst()
                .orElseThrow();
        assertTrue(
                first.startsWith("Ephemera: this application has opened no connection that counts; NOT SEEN: "), first);
        assertTrue(first.contains(netty + " (switched off by -Dio.netty.transport.noNative=true)"), first);
        assertTrue(
                first.contains(grpcs + " (switched off by -Dio.grpc.netty.shaded.io.netty.transport.noNative=true)"),
                first);
    }

    /** A jar that says where the agent begins: its classes are on the class path. */
    private static Path agent(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", StandaloneAgent.class.getName());
        manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
        Path jar = folder.resolve("agent.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
