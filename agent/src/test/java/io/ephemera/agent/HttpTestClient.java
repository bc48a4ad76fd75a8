package io.ephemera.agent;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** An HTTP client under test. Closing it closes its idle connections. */
interface HttpTestClient extends Closeable {

    /** The ways to an HTTP call that a contract runs over. */
    enum Kind {
        URL_CONNECTION("HttpURLConnection") {
            @Override
            HttpTestClient open() {
                return new UrlConnection();
            }
        },
        JDK("JDK HttpClient") {
            @Override
            HttpTestClient open() {
                return new Jdk();
            }
        },
        APACHE("Apache HttpClient 5 classic") {
            @Override
            HttpTestClient open() {
                return new Apache();
            }
        },
        OKHTTP("OkHttp") {
            @Override
            HttpTestClient open() {
                return new Ok();
            }
        };

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        abstract HttpTestClient open();

        @Override
        public String toString() {
            return title;
        }
    }

    /** The body of a GET that asks for the connection to be closed after it. */
    String get(URI uri) throws IOException;

    /** A GET whose connect is given up after a moment. */
    String getWithShortConnectTimeout(URI uri) throws IOException;

    @Override
    default void close() throws IOException {}

    /** How long the short connect timeout is: nothing waits for it but connects that are never answered. */
    Duration SHORT = Duration.ofMillis(50);

    final class UrlConnection implements HttpTestClient {
        static {
            // It keeps a connection for 5 s or more whatever the request says, unless it may keep none at all.
            System.setProperty("http.keepAlive", "false");
        }

        @Override
        public String get(URI uri) throws IOException {
            return get(uri, 0);
        }

        @Override
        public String getWithShortConnectTimeout(URI uri) throws IOException {
            return get(uri, (int) SHORT.toMillis());
        }

        private static String get(URI uri, int timeoutMillis) throws IOException {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(timeoutMillis);
            connection.setRequestProperty("Connection", "close");
            try (InputStream in = connection.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            } finally {
                connection.disconnect();
            }
        }
    }

    final class Jdk implements HttpTestClient {
        private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "http-client");
            thread.setDaemon(true);
            return thread;
        });

        @Override
        public String get(URI uri) throws IOException {
            return get(uri, Duration.ofMinutes(1));
        }

        @Override
        public String getWithShortConnectTimeout(URI uri) throws IOException {
            return get(uri, SHORT);
        }

        private String get(URI uri, Duration connectTimeout) throws IOException {
            // HTTP/1.0-like: a client of its own for each call, closed by the server or with the client's pool.
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(connectTimeout)
                    .executor(executor)
                    .build();
            try {
                return client.sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                        .get()
                        .body();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException io ? io : new IOException(e);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void close() {
            executor.shutdown();
        }
    }

    final class Apache implements HttpTestClient {
        @Override
        public String get(URI uri) throws IOException {
            return get(uri, Duration.ofMinutes(1));
        }

        @Override
        public String getWithShortConnectTimeout(URI uri) throws IOException {
            return get(uri, SHORT);
        }

        private static String get(URI uri, Duration connectTimeout) throws IOException {
            ConnectionConfig config = ConnectionConfig.custom()
                    .setConnectTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS)
                    .build();
            try (CloseableHttpClient client = HttpClients.custom()
                    .disableAutomaticRetries()
                    .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                            .setDefaultConnectionConfig(config)
                            .build())
                    .build()) {
                HttpGet request = new HttpGet(uri);
                request.setHeader("Connection", "close");
                return client.execute(request, response -> EntityUtils.toString(response.getEntity()));
            }
        }
    }

    final class Ok implements HttpTestClient {
        private final ConnectionPool idle = new ConnectionPool();
        private final OkHttpClient client = new OkHttpClient.Builder()
                .connectionPool(idle)
                .retryOnConnectionFailure(false)
                .build();

        @Override
        public String get(URI uri) throws IOException {
            return get(client, uri);
        }

        @Override
        public String getWithShortConnectTimeout(URI uri) throws IOException {
            return get(client.newBuilder().connectTimeout(SHORT).build(), uri);
        }

        private static String get(OkHttpClient client, URI uri) throws IOException {
            Request request = new Request.Builder()
                    .url(uri.toString())
                    .header("Connection", "close")
                    .build();
            try (Response response = client.newCall(request).execute()) {
                return response.body().string();
            }
        }

        @Override
        public void close() {
            idle.evictAll();
            client.dispatcher().executorService().shutdown();
        }
    }
}
