package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@DisplayName("An application under -javaagent")
class JavaAgentIT {

    private static final String APP = "com.acme.CrmApp";

    private static ChildJvm run(String options, String... arguments) throws Exception {
        return Application.run(List.of(Application.javaagent(options)), APP, arguments);
    }

    @Test
    @DisplayName(
            "gets its ports back after TIME_WAIT, which passes faster under speedup, and is told who takes them, and not that anybody burns any")
    void speedup() throws Exception {
        // 240 s of TIME_WAIT last 2.4 ms here: each of 2,000 sequential calls over 300 ports finds one.
        run("ports=7100-7399,timeWait=2400ms,speedup=1000", "calls 2000")
                .says("refusals: 0")
                .warns("2,000 closed first by this side")
                .warns("CrmClient.push -> localhost:")
                .warns(" 90 % ")
                .warns(" 10 % ")
                .neverWarns("burned by")
                .neverWarns("NOT SEEN");
    }

    @Test
    @DisplayName("does not start with a bad option: one line, and exit code 2")
    void badOption() throws Exception {
        ChildJvm run = run("ports=abc", "calls 1");
        assertEquals(2, run.exitCode());
        assertEquals(List.of(), run.lines());
        assertEquals(1, run.errors().lines().count(), run::toString);
        run.warns("ephemera-agent: ports=abc: a port range is written like 1024-5000");
    }

    @Test
    @DisplayName("is the same jar in every build: its entries have one time, and an order")
    void reproducible() throws Exception {
        try (ZipFile jar = new ZipFile(Application.jar().toFile())) {
            assertEquals(
                    List.of(LocalDateTime.of(2026, 11, 21, 0, 0)),
                    jar.stream().map(ZipEntry::getTimeLocal).distinct().toList());
            List<String> classes = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".classdata"))
                    .toList();
            assertEquals(classes.stream().sorted().toList(), classes);
        }
    }

    @Test
    @DisplayName("counts only the destinations that it is told to")
    void destinations() throws Exception {
        run("ports=7500-7501,destinations=127.0.0.1:1+crm.example", "calls 10")
                .says("refusals: 0")
                .warns("this application has opened no connection that counts");
    }

    @Test
    @DisplayName("sees none of the agent's classes, resources and properties, and still chooses its own log manager")
    void isolation() throws Exception {
        List<String> unseen = List.of(
                "io.ephemera.agent.PortHook",
                "io.ephemera.ports.PortPool",
                "net.bytebuddy.ByteBuddy",
                "io.ephemera.agent.bytebuddy.ByteBuddy",
                "org.jspecify.annotations.Nullable");
        String[] looks = {"classes " + String.join(" ", unseen), "surroundings", "calls 1", "logging"};
        ChildJvm with = run("page=0", looks);
        unseen.forEach(name -> with.says("does not see " + name));
        with.says("log manager: OwnLogManager");
        List<String> lines = new ArrayList<>(with.lines());
        // Read by the agent's own copy of Byte Buddy; the application's has another name.
        lines.remove("property io.ephemera.agent.bytebuddy.safe=true");
        assertEquals(Application.run(List.of(), APP, looks).lines(), lines);
    }

    @Test
    @DisplayName("may be a module on the module path, in a JVM without modules that it does not need")
    void modulePath(@TempDir Path folder) throws Exception {
        Path from = Path.of("src", "test", "java", "com", "acme").toAbsolutePath();
        Path info = Files.writeString(folder.resolve("module-info.java"), "module com.acme { }");
        Path main = Files.writeString(folder.resolve("Main.java"), """
                package com.acme;

                class Main {
                    public static void main(String[] arguments) throws Exception {
                        System.out.println("refusals: " + CrmClient.calls(CrmServer.start(), 7));
                        System.out.println(Main.class.getModule());
                        System.out.println(ModuleLayer.boot().findModule("java.management").isPresent());
                    }
                }
                """);
        String modules = folder.resolve("modules").toString();
        String[] compilation = {
            "-d",
            modules,
            info.toString(),
            main.toString(),
            from.resolve("CrmClient.java").toString(),
            from.resolve("CrmServer.java").toString()
        };
        assertEquals(0, ToolProvider.findFirst("javac").orElseThrow().run(System.out, System.err, compilation));
        ChildJvm.start(List.of(
                        Application.javaagent("ports=7600-7604,page=0"),
                        "-p",
                        modules,
                        "--limit-modules",
                        "com.acme,java.instrument",
                        "-m",
                        "com.acme/com.acme.Main"))
                .await()
                .says("refusals: 2\nmodule com.acme\nfalse")
                .warns("2 refused with no free port");
    }

    @Test
    @DisplayName("that has Micrometer finds the pool among its own meters")
    void micrometer() throws Exception {
        List<String> flags = new ArrayList<>(Application.classPath("micrometer", "HdrHistogram"));
        flags.add(Application.javaagent("ports=8100-8104"));
        Application.run(flags, "com.acme.MeteredApp")
                .says("opened: 5.0")
                .says("time_wait: 5.0")
                .neverWarns("Micrometer gets no meters");
    }

    @Test
    @DisplayName("that sets OpenTelemetry up finds the pool among its own instruments, by the semantic conventions too")
    void openTelemetry() throws Exception {
        List<String> flags = new ArrayList<>(Application.classPath("opentelemetry-"));
        flags.add(Application.javaagent("ports=8200-8204"));
        ChildJvm run = Application.run(flags, "com.acme.TelemetryApp");
        run.says("set up before: false")
                .says(
                        "system.network.connection.count {network.connection.state=\"time_wait\", network.transport=\"tcp\"}")
                .neverWarns("OpenTelemetry gets no meters");
        assertEquals(
                1,
                run.lines().stream()
                        .filter(line ->
                                line.startsWith("ephemera.ports {state=\"time_wait\"}") && line.contains("value=5.0"))
                        .count(),
                run::toString);
    }
}
