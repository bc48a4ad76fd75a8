package io.ephemera.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.examples.PoolBursts.Seen;
import io.ephemera.examples.PoolBursts.Setting;
import io.ephemera.ports.plan.ClientCatalogue;
import io.ephemera.ports.plan.ClientPool;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.eclipse.jetty.client.HttpClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.resources.ConnectionProvider;

/** The planner's pools against the real ones, under the hook, over real connections. */
@Timeout(240)
@DisplayName("The pool of")
class ClientPoolsTest {

    static {
        // Without it the JDK's server waits 40 ms for an acknowledgement in each answer after a connection's first.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final int MANY_PORTS = 200;
    /** What the bursts take where four connections are kept: 12 at first, and then 8 each. */
    private static final int SCARCE_PORTS = 12 + (PoolBursts.BURSTS - 1) * 8;

    private static final int UNLIMITED = ClientPool.UNLIMITED;

    /** Sizes that divide the callers: else which connection carries one call more is the client's affair. */
    private static final List<Integer> SIZES = List.of(3, 4);

    private static final Map<Setting, Seen> JDKS = new HashMap<>();

    private static List<Setting> settings(String client) {
        List<Setting> settings = new ArrayList<>();
        for (int size : SIZES) {
            for (int concurrency : List.of(2, 2 * size, PoolBursts.CALLERS)) {
                settings.add(Setting.of(client, size, concurrency, UNLIMITED, MANY_PORTS));
                settings.add(Setting.of(client, size, concurrency, 3, MANY_PORTS));
            }
        }
        return settings;
    }

    @ParameterizedTest(name = "{0} opens as many connections as planned in 12 settings, to the unit")
    @ValueSource(strings = {"jdk-httpclient", "httpurlconnection", "okhttp", "apache-classic", "apache-async"})
    void opens(String client) throws Exception {
        List<Setting> settings = settings(client);
        assertEquals(12, settings.size());
        for (Setting setting : settings) {
            Seen planned = new Seen(setting.planned(PoolBursts.BURSTS).opened(), 0);
            assertEquals(planned, seen(setting), setting::toString);
        }
    }

    private static List<Setting> scarce(String client) {
        return Stream.of(4, 3)
                .map(size -> Setting.of(client, size, PoolBursts.CALLERS, UNLIMITED, SCARCE_PORTS))
                .toList();
    }

    @ParameterizedTest(name = "{0} holds in its smallest size, and fails in one less")
    @ValueSource(strings = {"jdk-httpclient", "httpurlconnection", "okhttp"})
    void smallest(String client) throws Exception {
        assertEquals(new Seen(SCARCE_PORTS, 0), seen(scarce(client).get(0)));
        // The last burst needs nine ports, and of 52 four are left.
        assertEquals(new Seen(SCARCE_PORTS, 5), seen(scarce(client).get(1)));
    }

    @ParameterizedTest(
            name = "{0}, which has a bound on open connections, has a call wait in one less than its smallest size")
    @ValueSource(strings = {"apache-classic", "apache-async"})
    void waits(String client) throws Exception {
        int callers = PoolBursts.CALLERS;
        assertEquals(new Seen(callers, 0), seen(Setting.of(client, callers, callers, UNLIMITED, MANY_PORTS)));
        assertEquals(new Seen(callers - 1, 0), seen(Setting.of(client, callers - 1, callers, UNLIMITED, MANY_PORTS)));
    }

    private static Seen seen(Setting setting) throws Exception {
        Seen ofJdks = JDKS.get(setting);
        return ofJdks == null ? PoolBursts.play(setting) : ofJdks;
    }

    /** The settings of the JDK's clients in a JVM for each size, all at once: they read the size of their pools once. */
    @BeforeAll
    static void playJdks() throws Exception {
        Map<List<Setting>, Process> started = new LinkedHashMap<>();
        for (int size : SIZES) {
            List<Setting> settings = Stream.of("jdk-httpclient", "httpurlconnection")
                    .flatMap(client -> Stream.concat(settings(client).stream(), scarce(client).stream()))
                    .filter(setting -> setting.pool().kept().perDestination() == size)
                    .toList();
            started.put(settings, start(size, settings));
        }
        for (Map.Entry<List<Setting>, Process> each : started.entrySet()) {
            Process process = each.getValue();
            String seen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), seen);
            Iterator<String> lines = seen.lines().iterator();
            for (Setting setting : each.getKey()) {
                String[] words = lines.next().split(" ", -1);
                JDKS.put(setting, new Seen(Long.parseLong(words[0]), Long.parseLong(words[1])));
            }
        }
    }

    private static Process start(int size, List<Setting> settings) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+EnableDynamicAgentLoading",
                        "-Djdk.attach.allowAttachSelf=true",
                        "-Dsun.net.httpserver.nodelay=true",
                        "-Djdk.httpclient.connectionPoolSize=" + size,
                        "-Dhttp.maxConnections=" + size,
                        "-cp",
                        System.getProperty("java.class.path"),
                        PoolBursts.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Writer in = process.outputWriter(StandardCharsets.UTF_8)) {
            for (Setting setting : settings) {
                in.write(String.format(
                        "%s %d %d %d %d%n",
                        setting.pool().name(), size, setting.concurrency(), setting.calls(), setting.ports()));
            }
        }
        return process;
    }

    @Test
    @DisplayName("each client that is at hand has the size that the catalogue says")
    void catalogue() throws Exception {
        ClientPool classic = ClientCatalogue.entry("apache-classic").pool();
        try (PoolingHttpClientConnectionManager manager = new PoolingHttpClientConnectionManager()) {
            assertEquals(manager.getDefaultMaxPerRoute(), classic.open().perDestination());
            assertEquals(manager.getMaxTotal(), classic.open().inAll());
        }
        ClientPool async = ClientCatalogue.entry("apache-async").pool();
        try (PoolingAsyncClientConnectionManager manager = new PoolingAsyncClientConnectionManager()) {
            assertEquals(manager.getDefaultMaxPerRoute(), async.open().perDestination());
            assertEquals(manager.getMaxTotal(), async.open().inAll());
        }
        ClientPool jetty = ClientCatalogue.entry("jetty").pool();
        assertEquals(
                new HttpClient().getMaxConnectionsPerDestination(), jetty.open().perDestination());
        assertEquals(new org.eclipse.jetty.io.ClientConnector().getIdleTimeout(), jetty.idleTimeout());
        assertTrue(
                ConnectionProvider.DEFAULT_POOL_MAX_IDLE_TIME < 0 && ConnectionProvider.DEFAULT_POOL_MAX_LIFE_TIME < 0);
    }
}
