package io.ephemera.examples;

import io.ephemera.ports.plan.ClientPool;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http2.HttpVersionPolicy;

/** A client whose pool has a given size. Its call ends when the connection is back in the pool, or about to be. */
@SuppressWarnings("try") // what it closes may be interrupted
interface PooledClient extends AutoCloseable {

    /** The caller's number, so that the server can tell who has called. */
    String CALLER = "X-Caller";

    void call(int caller) throws Exception;

    /** Whether every connection is back in the pool, as far as the client tells. */
    default boolean isAtRest() {
        return true;
    }

    @Override
    void close() throws Exception;

    /** By the name that the catalogue has for it. The JDK's two read their size once, when they are loaded, from a system property. */
    static PooledClient of(ClientPool pool, URI service) {
        int size = pool.isCapped() ? pool.open().perDestination() : pool.kept().perDestination();
        return switch (pool.name()) {
            case "jdk-httpclient" -> jdk(service);
            case "httpurlconnection" -> httpUrlConnection(service);
            case "okhttp" -> okHttp(service, size);
            case "apache-classic" -> apacheClassic(service, size);
            case "apache-async" -> apacheAsync(service, size);
            default -> throw new IllegalArgumentException(pool.name());
        };
    }

    private static PooledClient of(Call call, AutoCloseable closing) {
        return of(call, () -> true, closing);
    }

    private static PooledClient of(Call call, BooleanSupplier isAtRest, AutoCloseable closing) {
        return new PooledClient() {
            @Override
            public void call(int caller) throws Exception {
                call.make(String.valueOf(caller));
            }

            @Override
            public boolean isAtRest() {
                return isAtRest.getAsBoolean();
            }

            @Override
            public void close() throws Exception {
                closing.close();
            }
        };
    }

    interface Call {
        void make(String caller) throws Exception;
    }

    private static PooledClient jdk(URI service) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return of(
                caller -> client.send(
                        HttpRequest.newBuilder(service).header(CALLER, caller).build(),
                        HttpResponse.BodyHandlers.ofString()),
                () -> {});
    }

    private static PooledClient httpUrlConnection(URI service) {
        return of(
                caller -> {
                    HttpURLConnection connection =
                            (HttpURLConnection) service.toURL().openConnection();
                    connection.setRequestProperty(CALLER, caller);
                    try (InputStream in = connection.getInputStream()) {
                        in.readAllBytes();
                    }
                },
                () -> {});
    }

    private static PooledClient okHttp(URI service, int kept) {
        ConnectionPool pool = new ConnectionPool(kept, 5, TimeUnit.MINUTES);
        OkHttpClient client = new OkHttpClient.Builder()
                .connectionPool(pool)
                .retryOnConnectionFailure(false)
                .build();
        return of(
                caller -> {
                    Request request = new Request.Builder()
                            .url(service.toString())
                            .header(CALLER, caller)
                            .build();
                    try (Response response = client.newCall(request).execute()) {
                        response.body().string();
                    }
                },
                pool::evictAll);
    }

    private static PooledClient apacheClassic(URI service, int open) {
        CloseableHttpClient client = HttpClients.custom()
                .disableAutomaticRetries()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(open)
                        .setMaxConnTotal(open)
                        .build())
                .build();
        return of(
                caller -> {
                    HttpGet request = new HttpGet(service);
                    request.setHeader(CALLER, caller);
                    client.execute(request, response -> EntityUtils.toString(response.getEntity()));
                },
                client);
    }

    private static PooledClient apacheAsync(URI service, int open) {
        PoolingAsyncClientConnectionManager pool = PoolingAsyncClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(open)
                .setMaxConnTotal(open)
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                        .build())
                .build();
        CloseableHttpAsyncClient client = HttpAsyncClients.custom()
                .disableAutomaticRetries()
                .setConnectionManager(pool)
                .build();
        client.start();
        return of(
                caller -> client.execute(
                                SimpleRequestBuilder.get(service)
                                        .setHeader(CALLER, caller)
                                        .build(),
                                null)
                        .get(),
                () -> pool.getTotalStats().getLeased() == 0,
                client);
    }
}
