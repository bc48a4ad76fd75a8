package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.tools.attach.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
@DisplayName("The agent lives with")
class NeighbourhoodIT {

    @Test
    @DisplayName("a Spring Boot application, which starts, serves, and shows who burns its ports")
    void springBoot() throws Exception {
        springBoot(List.of(Application.javaagent("ports=9000-9029,page=0")));
    }

    @ParameterizedTest(name = "OpenTelemetry first: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("OpenTelemetry's agent in a Spring Boot application, whichever comes first")
    void openTelemetry(boolean openTelemetryFirst) throws Exception {
        List<String> flags = inOrder(
                openTelemetryFirst,
                "-javaagent:" + Application.libraries(List.of("opentelemetry-javaagent-")),
                Application.javaagent("ports=9500-9529"));
        // Its spans go to the standard output stream, and nothing to the network. Of its two hundred instrumentations
        // those that this application meets: the server's and the client's.
        flags.addAll(List.of(
                "-Dotel.traces.exporter=console",
                "-Dotel.metrics.exporter=none",
                "-Dotel.logs.exporter=none",
                "-Dotel.instrumentation.common.default-enabled=false",
                "-Dotel.instrumentation.tomcat.enabled=true",
                "-Dotel.instrumentation.servlet.enabled=true",
                "-Dotel.instrumentation.http-url-connection.enabled=true"));
        // It has seen the application's requests, which the hook below it does not hinder.
        springBoot(flags).warns(" SERVER [tracer: io.opentelemetry.").warns(" CLIENT [tracer: io.opentelemetry.");
    }

    private static List<String> inOrder(boolean otherFirst, String other, String agent) {
        return new ArrayList<>(otherFirst ? List.of(other, agent) : List.of(agent, other));
    }

    private static ChildJvm springBoot(List<String> flags) throws Exception {
        List<String> all = new ArrayList<>(flags);
        all.addAll(Application.classPath(
                "spring-",
                "tomcat-",
                "micrometer-",
                "jackson-",
                "snakeyaml-",
                "slf4j-",
                "logback-",
                "log4j-",
                "jul-to-slf4j-",
                "jakarta.",
                "commons-logging-",
                "jspecify-"));
        ChildJvm run = Application.run(all, "com.acme.WebApp");
        assertEquals(0, run.exitCode(), run::toString);
        assertEquals(7, Collections.frequency(run.lines(), "answer 200 pushed"), run::toString);
        return run.warns("CrmClient.push -> localhost:")
                .warns("no connection was refused with no free port")
                .neverWarns("DON'T TRUST")
                .neverWarns("has stopped");
    }

    @ParameterizedTest(name = "JaCoCo first: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("JaCoCo in the application and in the JDK's own classes, whichever comes first: both do their work")
    void jacoco(boolean jacocoFirst, @TempDir Path folder) throws Exception {
        Path record = folder.resolve("jacoco.exec");
        List<String> flags = inOrder(
                jacocoFirst,
                "-javaagent:" + Application.libraries(List.of("org.jacoco.agent-"))
                        + "=inclbootstrapclasses=true,includes=sun.nio.ch.*:com.acme.*,destfile=" + record,
                Application.javaagent("ports=9100-9104"));
        Application.run(flags, "com.acme.CrmApp", "calls 9").says("refusals: 4").neverWarns("DON'T TRUST");
        String recorded = Files.readString(record, StandardCharsets.ISO_8859_1);
        assertTrue(recorded.contains("com/acme/CrmClient"));
        assertTrue(!jacocoFirst || recorded.contains("sun/nio/ch/NioSocketImpl"));
    }

    @Test
    @DisplayName("an application that runs already, when it is loaded into it")
    void attached() throws Exception {
        List<String> flags = List.of("-XX:+EnableDynamicAgentLoading");
        try (ChildJvm child = Application.start(flags, "com.acme.CrmApp", "calls 3", "line", "calls 9", "classes x")) {
            assertEquals("main begins", child.line());
            assertEquals("refusals: 0", child.line());
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(child.pid()));
            machine.loadAgent(Application.jar().toString(), "ports=9200-9206");
            machine.detach();
            child.tell("");
            child.await().says("refusals: 2").warns("2 refused with no free port");
            assertEquals(0, child.exitCode());
        }
    }

    @Test
    @DisplayName("Netty's native transport, whose connections it can't see, and says so")
    void nativeTransport() throws Exception {
        Capability.require(
                "Netty's native transport for Linux on x86-64",
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"));
        List<String> flags = new ArrayList<>(Application.classPath("netty-"));
        flags.add(Application.javaagent("ports=9300-9304"));
        Application.run(flags, "com.acme.NativeApp")
                .says("connected: true")
                .warns("NOT SEEN: 1 connection or more of this process went past the hook, for example local port ")
                .warns("NOT SEEN: the application has loaded Netty's native transport epoll");
    }

    @Test
    @DisplayName("child processes, whose connections take no port of the pool, and says so")
    void childProcess() throws Exception {
        Capability.require("the system's table of sockets (Linux)", Files.isReadable(Path.of("/proc/self/net/tcp")));
        Application.run(List.of(Application.javaagent("ports=9400-9404")), "com.acme.CrmApp", "child")
                .says("child: holds ")
                .warns("; NOT SEEN: 1 child process\n")
                .warns("NOT SEEN: 1 child process was started: their connections are not seen; 1 connection or more of"
                        + " child processes (java)");
    }
}
