package io.ephemera.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a folder with nothing but what the pages show, over a local repository that has what {@code mvn install} leaves there. */
@DisplayName("Somebody who begins with an empty folder")
class NewcomerIT {

    private static final Path ROOT = Path.of("..");
    private static final String VERSION = System.getProperty("ephemera.test.version", "");
    private static final String MODEL = "4.0.0";

    @TempDir
    static Path repository;

    @TempDir
    Path project;

    /** All others' artefacts are where Maven has them. */
    @BeforeAll
    static void install() throws IOException {
        Path others = Path.of(System.getProperty("ephemera.test.repository", ""));
        Files.createDirectories(repository.resolve("io"));
        link(others, repository, "io");
        link(others.resolve("io"), repository.resolve("io"), "ephemera");
        install("ephemera", ROOT.resolve("pom.xml"), null);
        install("bom", ROOT.resolve("bom/pom.xml"), null);
        for (String module : List.of("port-pool", "agent", "junit", "gatling-ephemera-plugin")) {
            Path folder = ROOT.resolve(module);
            install(module, folder.resolve("pom.xml"), folder.resolve("target/" + module + "-" + VERSION + ".jar"));
        }
    }

    private static void link(Path from, Path to, String but) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                if (!entry.getFileName().toString().equals(but)) {
                    Files.createSymbolicLink(to.resolve(entry.getFileName()), entry.toAbsolutePath());
                }
            }
        }
    }

    private static void install(String artifact, Path pom, @Nullable Path jar) throws IOException {
        Path folder = Files.createDirectories(repository.resolve("io/ephemera/" + artifact + "/" + VERSION));
        Files.copy(pom, folder.resolve(artifact + "-" + VERSION + ".pom"));
        if (jar != null) {
            Files.copy(jar, folder.resolve(artifact + "-" + VERSION + ".jar"));
        }
    }

    private String maven(String pom, String... goals) throws Exception {
        Files.writeString(project.resolve("pom.xml"), pom);
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("ephemera.test.maven", "mvn"), "-B", "-ntp", "-Dmaven.repo.local=" + repository));
        if ("offline=true".equals(System.getProperty("ephemera.test.offline"))) {
            command.add("-o");
        }
        command.addAll(List.of(goals));
        return run(command);
    }

    private String run(List<String> command) throws Exception {
        long began = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        System.out.printf(
                "newcomer: %s took %.1f s%n", command.get(command.size() - 1), (System.nanoTime() - began) / 1e9);
        return output;
    }

    /** A page's first block of code in a language. */
    private static String shown(String page, String language) throws IOException {
        Matcher block = Pattern.compile("(?s)```" + language + "\\R(.*?)```")
                .matcher(Files.readString(ROOT.resolve("docs/" + page)));
        assertTrue(block.find(), page);
        return block.group(1);
    }

    /** The version that our own build pins, so that the machine has it. */
    private static String plugin(String artifact) throws IOException {
        Matcher version = Pattern.compile(
                        "<artifactId>" + artifact + "</artifactId>(?:\\s*<!--.*?-->)?\\s*<version>([^<]+)<",
                        Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertTrue(version.find(), artifact);
        String found = version.group(1);
        return found.startsWith("$") ? property(found.substring(2, found.length() - 1)) : found;
    }

    private static String property(String name) throws IOException {
        Matcher value = Pattern.compile("<" + name + ">([^<]+)<").matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertTrue(value.find(), name);
        return value.group(1);
    }

    private static String pom(String dependencies, String... plugins) throws IOException {
        StringBuilder pinned = new StringBuilder();
        for (String each : plugins) {
            String group = each.startsWith("gatling") ? "io.gatling" : "org.apache.maven.plugins";
            pinned.append("<plugin><groupId>" + group + "</groupId><artifactId>" + each + "</artifactId><version>"
                    + plugin(each) + "</version></plugin>\n");
        }
        return "<project><modelVersion>" + MODEL
                + "</modelVersion><groupId>com.acme</groupId><artifactId>crm</artifactId>"
                + "<version>1</version><properties><maven.compiler.release>17</maven.compiler.release>"
                + "<project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>\n"
                + "<dependencyManagement><dependencies><dependency><groupId>io.ephemera</groupId><artifactId>bom</artifactId><version>"
                + VERSION
                + "</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement>\n"
                + "<dependencies>" + dependencies + "</dependencies>\n<build><plugins>\n" + pinned
                + "</plugins></build></project>\n";
    }

    private static String dependency(String group, String artifact, String rest) {
        return "<dependency><groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId>" + rest
                + "<scope>test</scope></dependency>\n";
    }

    @Test
    @DisplayName("has a test under @PortPool, as docs/junit.md shows it, by one dependency")
    void junit() throws Exception {
        String method = shown("junit.md", "java")
                .replace(
                        "crm.push(fiveHundredInvoices)",
                        "new java.net.Socket(crm.getInetAddress(), crm.getLocalPort()).close()");
        source(
                "BatchTest",
                """
                import io.ephemera.junit.PortPool;
                import io.ephemera.junit.TestPortPool;
                import java.net.InetAddress;
                import java.net.ServerSocket;
                import org.junit.jupiter.api.Test;

                class BatchTest {
                    final ServerSocket crm = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

                    BatchTest() throws java.io.IOException {}

                """ + method.replace("(TestPortPool pool) {", "(TestPortPool pool) throws Exception {") + "}\n");
        String dependencies = dependency("io.ephemera", "junit", "")
                + dependency(
                        "org.junit.jupiter", "junit-jupiter", "<version>" + property("junit.version") + "</version>");
        String said = maven(
                pom(dependencies, "maven-resources-plugin", "maven-compiler-plugin", "maven-surefire-plugin"), "test");
        assertTrue(said.contains("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0"), said);
    }

    @Test
    @DisplayName("has a Gatling simulation under a pool by the dependency and the line of docs/your-simulation.md")
    void gatling() throws Exception {
        String dependency = shown("your-simulation.md", "xml").replaceAll("\\s*<version>.*</version>", "");
        String line = shown("your-simulation.md", "java")
                .lines()
                .filter(each -> each.contains(".protocols("))
                .findFirst()
                .orElseThrow();
        source("Shop", """
                import static io.ephemera.gatling.PortPoolDsl.portPool;
                import static io.gatling.javaapi.core.CoreDsl.*;
                import static io.gatling.javaapi.http.HttpDsl.*;

                import com.sun.net.httpserver.HttpServer;
                import io.gatling.javaapi.core.*;
                import java.net.InetSocketAddress;

                public class Shop extends Simulation {
                    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);

                    public Shop() throws Exception {
                        server.createContext("/", call -> { call.sendResponseHeaders(204, -1); call.close(); });
                        server.start();
                        var http = io.gatling.javaapi.http.HttpDsl.http.baseUrl("http://127.0.0.1:" + server.getAddress().getPort());
                        var shop = scenario("shop").exec(io.gatling.javaapi.http.HttpDsl.http("home").get("/"));
                        setUp(shop.injectOpen(constantUsersPerSec(10).during(10)))
                """ + line + """

                    }

                    @Override
                    public void after() {
                        server.stop(0);
                    }
                }
                """);
        String dependencies = dependency
                + dependency(
                        "io.gatling.highcharts",
                        "gatling-charts-highcharts",
                        "<version>" + property("gatling.version") + "</version>");
        String said = maven(
                pom(dependencies, "maven-resources-plugin", "maven-compiler-plugin", "gatling-maven-plugin"),
                "-Dephemera.time=virtual",
                "-Dephemera.ports=42000-42049",
                "-Dgatling.noReports=true",
                "gatling:test");
        assertTrue(
                said.contains("EXHAUSTED  Shop: 50 refused with no free port, the first 5.00 s after the start"), said);
    }

    @Test
    @DisplayName("has an application under the agent by one flag")
    void agent() throws Exception {
        Files.writeString(project.resolve("App.java"), """
                import java.net.*;

                class App {
                    public static void main(String[] arguments) throws Exception {
                        try (ServerSocket crm = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                            for (int call = 0; call < 4; call++) {
                                try (Socket socket = new Socket(crm.getInetAddress(), crm.getLocalPort())) {
                                    System.out.println("called");
                                } catch (BindException e) {
                                    System.out.println(e.getMessage());
                                }
                            }
                        }
                    }
                }
                """);
        String jar =
                ROOT.resolve("agent/target/ephemera-agent.jar").toRealPath().toString();
        String said = run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-javaagent:" + jar + "=profile=windows-2003,ports=42100-42102",
                "App.java"));
        assertEquals(3, said.lines().filter("called"::equals).count(), said);
        assertTrue(said.contains("Address already in use: connect"), said);
        assertTrue(said.contains("1 refused with no free port"), said);
    }

    private void source(String name, String text) throws IOException {
        Path file = project.resolve("src/test/java/" + name + ".java");
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }
}
