package io.ephemera.agent.premain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@DisplayName("An application under -javaagent")
class JavaAgentIT {

    private static final String APP = "com.acme.CrmApp";

    @TempDir
    Path folder;

    private AgentRun run(String options, String... arguments) throws Exception {
        return AgentRun.of(folder, List.of(AgentRun.javaagent(options)), APP, arguments);
    }

    @Test
    @DisplayName("gets its ports back after TIME_WAIT, which passes faster under speedup, and is told who burns them")
    void speedup() throws Exception {
        // 240 s of TIME_WAIT last 2.4 ms here: each of 2,000 sequential calls over 300 ports finds one.
        AgentRun run = run("ports=21100-21399,timeWait=2400ms,speedup=1000", "calls 2000");
        assertTrue(run.out().contains("refusals: 0"), run::toString);
        assertTrue(run.err().contains("2,000 closed first by this side"), run::toString);
        assertTrue(run.err().contains("90 % of its ports are burned by CrmClient.push"), run::toString);
        assertTrue(run.err().contains("10 %"), run::toString);
        assertFalse(run.err().contains("NOT SEEN"), run::toString);
    }

    @Test
    @DisplayName("does not start with a bad option: one line, and exit code 2")
    void badOption() throws Exception {
        AgentRun run = run("ports=abc", "calls 1");
        assertEquals(2, run.exitCode(), run::toString);
        assertTrue(
                run.err().startsWith("ephemera-agent: ports=abc: a port range is written like 1024-5000"),
                run::toString);
        assertEquals(1, run.err().lines().count(), run::toString);
        assertEquals("", run.out(), run::toString);
    }

    @Test
    @DisplayName("counts only the destinations that it is told to")
    void destinations() throws Exception {
        AgentRun run = run("ports=21500-21501,destinations=127.0.0.1:1+crm.example", "calls 10");
        assertTrue(run.out().contains("refusals: 0"), run::toString);
        assertTrue(run.err().contains("this application has opened no connection that counts"), run::toString);
    }

    @Test
    @DisplayName("sees none of the agent's classes, resources and properties, and still chooses its own log manager")
    void isolation() throws Exception {
        String[] looks = {
            "classes io.ephemera.agent.PortHook io.ephemera.ports.PortPool net.bytebuddy.ByteBuddy"
                    + " io.ephemera.agent.bytebuddy.ByteBuddy org.jspecify.annotations.Nullable",
            "surroundings",
            "calls 1",
            "logging"
        };
        AgentRun with = run("page=0", looks);
        AgentRun without = AgentRun.of(folder, List.of(), APP, looks);
        assertEquals(
                5,
                with.out()
                        .lines()
                        .filter(line -> line.startsWith("does not see "))
                        .count(),
                with::toString);
        assertTrue(with.out().contains("log manager: OwnLogManager"), with::toString);
        // Read by the agent's own copy of Byte Buddy; the application's has another name.
        String ownProperty = "property io.ephemera.agent.bytebuddy.safe=true";
        assertEquals(
                without.out(),
                with.out()
                        .lines()
                        .filter(line -> !line.equals(ownProperty))
                        .collect(Collectors.joining("\n", "", "\n")));
    }

    @Test
    @DisplayName("may be a module on the module path, in a JVM without modules that it does not need")
    void modulePath() throws Exception {
        Path source = Files.createDirectories(folder.resolve("module"));
        Path from = Path.of("src", "test", "java", "com", "acme").toAbsolutePath();
        Path info = Files.writeString(source.resolve("module-info.java"), "module com.acme { }");
        Path main = Files.writeString(source.resolve("Main.java"), """
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
        int compiled = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "-d",
                        modules,
                        info.toString(),
                        main.toString(),
                        from.resolve("CrmClient.java").toString(),
                        from.resolve("CrmServer.java").toString());
        assertEquals(0, compiled);
        AgentRun run = AgentRun.of(
                folder,
                List.of(
                        AgentRun.javaagent("ports=21600-21604,page=0"),
                        "-p",
                        modules,
                        "--limit-modules",
                        "com.acme,java.instrument"),
                "-m com.acme/com.acme.Main");
        assertTrue(run.out().contains("refusals: 2"), run::toString);
        assertTrue(run.out().contains("module com.acme"), run::toString);
        assertTrue(run.out().contains("false"), run::toString);
        assertTrue(run.err().contains("2 refused for want of a port"), run::toString);
    }

    @Test
    @DisplayName("that has Micrometer finds the pool among its own meters")
    void micrometer() throws Exception {
        String classes =
                AgentRun.application(folder, name -> name.startsWith("micrometer") || name.startsWith("HdrHistogram"));
        AgentRun run = AgentRun.of(
                folder, List.of(AgentRun.javaagent("ports=22100-22104"), "-cp", classes), "com.acme.MeteredApp");
        assertTrue(run.out().contains("opened: 5.0"), run::toString);
        assertTrue(run.out().contains("time_wait: 5.0"), run::toString);
        assertFalse(run.err().contains("Micrometer gets no meters"), run::toString);
    }
}
