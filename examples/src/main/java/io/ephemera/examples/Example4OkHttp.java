package io.ephemera.examples;

import java.io.IOException;
import java.net.URI;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** A client for each call has a pool for each call: here it is emptied at once, in an application after five minutes. */
public final class Example4OkHttp implements Calls {

    private final Request request;
    private final OkHttpClient shared = new OkHttpClient();

    public Example4OkHttp(URI service) {
        request = new Request.Builder().url(service.toString()).build();
    }

    @Override
    public void leaking(int calls) throws IOException {
        for (int i = 0; i < calls; i++) {
            ConnectionPool own = new ConnectionPool();
            get(new OkHttpClient.Builder().connectionPool(own).build());
            own.evictAll();
        }
    }

    /** One client for all calls. */
    @Override
    public void mended(int calls) throws IOException {
        for (int i = 0; i < calls; i++) {
            get(shared);
        }
    }

    private void get(OkHttpClient client) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            response.body().string();
        }
    }
}
