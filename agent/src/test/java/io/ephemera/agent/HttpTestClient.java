package io.ephemera.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

/** The ways to an HTTP call that a contract runs over. */
@SuppressWarnings("ImmutableEnumChecker") // Its ways to get are method references.
enum HttpTestClient {
    URL_CONNECTION("HttpURLConnection", HttpTestClient::urlConnection),
    JDK("JDK HttpClient", HttpTestClient::jdk),
    APACHE("Apache HttpClient 5 classic", HttpTestClient::apache),
    OKHTTP("OkHttp", HttpTestClient::okHttp);

    private static final Duration LONG = Duration.ofMinutes(1);
    /** Nothing waits for it but connects that are never answered. */
    private static final Duration SHORT = Duration.ofMillis(50);

    static {
        // HttpURLConnection keeps a connection for 5 s or more whatever the request says, unless it may keep none at
        // all.
        System.setProperty("http.keepAlive", "false");
    }

    private interface Get {
        String get(URI uri, Duration connectTimeout) throws IOException;
    }

    private final String title;
    private final Get get;

    HttpTestClient(String title, Get get) {
        this.title = title;
        this.get = get;
    }

    /** The body of a GET that asks for the connection to be closed after it. */
    String get(URI uri) throws IOException {
        return get.get(uri, LONG);
    }

    /** A GET whose connect is given up after a moment. */
    String getWithShortConnectTimeout(URI uri) throws IOException {
        return get.get(uri, SHORT);
    }

    private static String urlConnection(URI uri, Duration connectTimeout) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout((int) connectTimeout.toMillis());
        connection.setRequestProperty("Connection", "close");
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } finally {
            connection.disconnect();
        }
    }

    /** A client of its own for each call: its connection is closed by the server, or with the client's pool. */
    private static String jdk(URI uri, Duration connectTimeout) throws IOException {
        try {
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(connectTimeout)
                    .build()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static String apache(URI uri, Duration connectTimeout) throws IOException {
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

    private static String okHttp(URI uri, Duration connectTimeout) throws IOException {
        ConnectionPool idle = new ConnectionPool();
        OkHttpClient client = new OkHttpClient.Builder()
                .connectionPool(idle)
                .retryOnConnectionFailure(false)
                .connectTimeout(connectTimeout)
                .build();
        Request request = new Request.Builder()
                .url(uri.toString())
                .header("Connection", "close")
                .build();
        try (Response response = client.newCall(request).execute()) {
            return response.body().string();
        } finally {
            idle.evictAll();
            client.dispatcher().executorService().shutdown();
        }
    }

    @Override
    public String toString() {
        return title;
    }
}
