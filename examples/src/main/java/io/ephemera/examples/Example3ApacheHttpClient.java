package io.ephemera.examples;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** A client for each call, closed as it should be: its one connection is closed with it, by this side first. */
public final class Example3ApacheHttpClient implements Calls, Closeable {

    private final URI service;
    private final CloseableHttpClient shared = HttpClients.createDefault();

    public Example3ApacheHttpClient(URI service) {
        this.service = service;
    }

    @Override
    public void leaking(int calls) throws IOException {
        for (int i = 0; i < calls; i++) {
            try (CloseableHttpClient client = HttpClients.createDefault()) {
                get(client);
            }
        }
    }

    /** One client, with its pool of connections, for all calls. */
    @Override
    public void mended(int calls) throws IOException {
        for (int i = 0; i < calls; i++) {
            get(shared);
        }
    }

    private void get(CloseableHttpClient client) throws IOException {
        client.execute(new HttpGet(service), response -> EntityUtils.toString(response.getEntity()));
    }

    @Override
    public void close() throws IOException {
        shared.close();
    }
}
