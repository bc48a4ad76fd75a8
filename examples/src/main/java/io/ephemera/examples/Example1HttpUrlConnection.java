package io.ephemera.examples;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * {@code HttpURLConnection} keeps a connection for the next call once the answer has been read to its end. A glance at
 * the answer and {@code disconnect()} in {@code finally} look tidy, but throw the connection away, and burn a port each time.
 */
public final class Example1HttpUrlConnection implements Calls {

    private final URI service;

    public Example1HttpUrlConnection(URI service) {
        this.service = service;
    }

    @Override
    public void leaking(int calls) throws IOException {
        for (int i = 0; i < calls; i++) {
            HttpURLConnection connection = (HttpURLConnection) service.toURL().openConnection();
            try {
                answer(connection).read();
            } finally {
                connection.disconnect();
            }
        }
    }

    /** Read the answer to its end, close the stream, and leave the connection alone. */
    @Override
    public void mended(int calls) throws IOException {
        for (int i = 0; i < calls; i++) {
            HttpURLConnection connection = (HttpURLConnection) service.toURL().openConnection();
            try (InputStream in = answer(connection)) {
                in.readAllBytes();
            }
        }
    }

    private static InputStream answer(HttpURLConnection connection) throws IOException {
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException("answered " + connection.getResponseCode());
        }
        return connection.getInputStream();
    }
}
