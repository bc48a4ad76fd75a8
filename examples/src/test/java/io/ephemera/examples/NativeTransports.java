package io.ephemera.examples;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import reactor.netty.http.client.HttpClient;

/** An application whose clients prefer Netty's native transport, unless it is switched off: a call by each, and then it waits. */
final class NativeTransports {

    private NativeTransports() {}

    public static void main(String[] ports) throws IOException {
        ManagedChannel channel = grpc(Integer.parseInt(ports[0]), Duration.ofSeconds(60));
        reactorNetty(URI.create("http://127.0.0.1:" + ports[1] + "/"), Duration.ofSeconds(60));
        System.out.println("called");
        System.in.read();
        channel.shutdownNow();
    }

    /** A call over a channel of its own, which stays open. */
    static ManagedChannel grpc(int port, Duration patience) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        boolean answered = false;
        try {
            CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(patience);
            ClientCalls.blockingUnaryCall(channel, Echo.CALL, options, new byte[] {1});
            answered = true;
        } finally {
            if (!answered) {
                channel.shutdownNow();
            }
        }
        return channel;
    }

    static void reactorNetty(URI service, Duration patience) {
        String body = HttpClient.newConnection()
                .get()
                .uri(service)
                .responseContent()
                .aggregate()
                .asString()
                .block(patience);
        if (!Objects.equals(body, "pushed")) {
            throw new IllegalStateException("answered " + body);
        }
    }
}
