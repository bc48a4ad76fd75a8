package io.ephemera.target;

import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.WorkerUtils;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** The stub's one resource, {@code /}: a body of a set length, after a set time, with a set status. */
final class StubHandler implements HttpHandler {
    private static final String RECORD = "record";
    private static final ByteBuffer LONGEST_BODY = longestBody();

    private final TargetOptions configured;
    private final LongConsumer onRecord;

    StubHandler(TargetOptions configured, LongConsumer onRecord) {
        this.configured = configured;
        this.onRecord = onRecord;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (!"/".equals(exchange.getRelativePath())) {
            Answers.sendLine(exchange, 404, "nothing here: use / or " + TrackingHandler.COUNTERS_PATH);
            return;
        }
        if (Answers.refusedMethod(exchange)) {
            return;
        }
        TargetOptions answer = configured;
        if (!exchange.getQueryString().isEmpty()) {
            try {
                answer = asAsked(exchange.getQueryParameters());
            } catch (InvalidOptionException e) {
                Answers.sendLine(exchange, 400, String.valueOf(e.getMessage()));
                return;
            }
        }
        if (answer.serviceTime().isZero()) {
            send(exchange, answer);
        } else {
            sendLater(exchange, answer);
        }
    }

    /** Refuses parameters it does not know: ignored, a mistyped name would pass for a measurement. */
    private TargetOptions asAsked(Map<String, Deque<String>> query) {
        TargetOptions answer = configured;
        OptionalLong record = OptionalLong.empty();
        for (Map.Entry<String, Deque<String>> parameter : query.entrySet()) {
            String name = parameter.getKey();
            String value = parameter.getValue().getLast();
            switch (name) {
                case "bytes", "serviceTime", "status" -> answer = answer.with(name, value);
                case RECORD -> record = OptionalLong.of(number(value));
                default ->
                    throw new InvalidOptionException(
                            name, value, "unknown parameter, use bytes, serviceTime or status");
            }
        }
        record.ifPresent(onRecord);
        return answer;
    }

    private static long number(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new InvalidOptionException(RECORD, text, "must be a whole number from 0 up");
        }
        return Long.parseLong(text);
    }

    private static void send(HttpServerExchange exchange, TargetOptions answer) {
        Answers.send(exchange, answer.status(), "text/plain", LONGEST_BODY.slice(0, answer.responseBytes()));
    }

    private static void sendLater(HttpServerExchange exchange, TargetOptions answer) {
        // XNIO's timer counts whole milliseconds; rounded down, half a millisecond would be no service time at all.
        long millis = answer.serviceTime().plusNanos(999_999).toMillis();
        Runnable send = () -> {
            if (exchange.getConnection().isOpen()) {
                Connectors.executeRootHandler(due -> send(due, answer), exchange);
            }
        };
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> {
            WorkerUtils.executeAfter(exchange.getIoThread(), send, millis, TimeUnit.MILLISECONDS);
        });
    }

    private static ByteBuffer longestBody() {
        byte[] bytes = new byte[OptionRules.MAX_RESPONSE_BYTES];
        Arrays.fill(bytes, (byte) 'x');
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer();
    }
}
