package io.ephemera.examples;

import com.sun.net.httpserver.HttpServer;
import io.grpc.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** All that the clients call, on ports of their own. */
final class Servers {

    final HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    final Server grpc = Echo.start();
    final Redis redis = new Redis();
    final Database database = new Database();
    private final ExecutorService executor = Executors.newCachedThreadPool();

    Servers() throws IOException {
        http.setExecutor(executor);
        http.createContext("/", exchange -> {
            byte[] body = "pushed".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
    }

    int httpPort() {
        return http.getAddress().getPort();
    }

    void stop() throws IOException {
        http.stop(0);
        executor.shutdownNow();
        grpc.shutdownNow();
        redis.close();
        database.close();
    }
}
