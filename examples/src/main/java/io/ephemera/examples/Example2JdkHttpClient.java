package io.ephemera.examples;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Each {@code java.net.http.HttpClient} has a pool of its own. A client for each call keeps a connection that nobody uses again;
 * it holds its port for as long as the client lives, and then goes to TIME_WAIT.
 */
public final class Example2JdkHttpClient implements Calls {

    private final HttpRequest request;
    private final HttpClient shared = newClient();
    /** In an application the garbage collector decides when they go; here they stay, so that the example is exact. */
    private final List<HttpClient> abandoned = new ArrayList<>();

    public Example2JdkHttpClient(URI service) {
        request = HttpRequest.newBuilder(service).build();
    }

    private static HttpClient newClient() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @Override
    public void leaking(int calls) throws IOException, InterruptedException {
        for (int i = 0; i < calls; i++) {
            HttpClient client = newClient();
            abandoned.add(client);
            client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    /** One client for all calls. */
    @Override
    public void mended(int calls) throws IOException, InterruptedException {
        for (int i = 0; i < calls; i++) {
            shared.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}
