package io.ephemera.target;

import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.WorkerUtils;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** The stub's one resource, {@code /}: a body of a set length, after a set time, with a set status. */
final class StubHandler implements HttpHandler {
    private static final String RECORD = "record";
    private static final ByteBuffer LONGEST_BODY = longestBody();

    private final Answer configured;
    private final LongConsumer onRecord;

    StubHandler(TargetOptions options, LongConsumer onRecord) {
        this.onRecord = onRecord;
        this.configured = new Answer(options.status(), options.responseBytes(), wholeMillis(options.serviceTime()));
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (!"/".equals(exchange.getRelativePath())) {
            Answers.sendLine(exchange, 404, "nothing here: use / or " + ControlHandler.PATH);
            return;
        }
        if (Answers.refusedMethod(exchange)) {
            return;
        }
        Answer answer = configured;
        if (!exchange.getQueryString().isEmpty()) {
            try {
                Map<String, Deque<String>> query = new LinkedHashMap<>(exchange.getQueryParameters());
                Deque<String> record = query.remove(RECORD);
                answer = configured.overriddenBy(query);
                if (record != null) {
                    onRecord.accept(number(record.getLast()));
                }
            } catch (InvalidOptionException e) {
                Answers.sendLine(exchange, 400, e.fault().lineNaming(e.fault().option()));
                return;
            }
        }
        if (answer.serviceTimeMillis == 0) {
            answer.send(exchange);
        } else {
            sendLater(exchange, answer);
        }
    }

    private static long number(String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with what would be right.
        }
        throw new InvalidOptionException(RECORD, text, "must be a whole number from 0 up");
    }

    private static void sendLater(HttpServerExchange exchange, Answer answer) {
        Runnable send = () -> {
            if (exchange.getConnection().isOpen()) {
                Connectors.executeRootHandler(answer::send, exchange);
            }
        };
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> {
            WorkerUtils.executeAfter(exchange.getIoThread(), send, answer.serviceTimeMillis, TimeUnit.MILLISECONDS);
        });
    }

    /** XNIO's timer counts whole milliseconds; rounded down, half a millisecond would be no service time at all. */
    private static long wholeMillis(Duration serviceTime) {
        return serviceTime.plusNanos(999_999).toMillis();
    }

    private static ByteBuffer longestBody() {
        byte[] bytes = new byte[OptionRules.MAX_RESPONSE_BYTES];
        Arrays.fill(bytes, (byte) 'x');
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer();
    }

    private record Answer(int status, int responseBytes, long serviceTimeMillis) {

        void send(HttpServerExchange exchange) {
            Answers.send(exchange, status, "text/plain", LONGEST_BODY.slice(0, responseBytes));
        }

        /** Refuses parameters it does not know: ignored, a mistyped name would pass for a measurement. */
        Answer overriddenBy(Map<String, Deque<String>> query) {
            Answer answer = this;
            for (Map.Entry<String, Deque<String>> parameter : query.entrySet()) {
                String name = parameter.getKey();
                String value = parameter.getValue().getLast();
                try {
                    answer = answer.with(name, value);
                } catch (InvalidOptionException e) {
                    throw new InvalidOptionException(name, value, e.fault().right());
                }
            }
            return answer;
        }

        private Answer with(String name, String value) {
            return switch (name) {
                case "bytes" -> new Answer(status, OptionRules.RESPONSE_BYTES.parse(value), serviceTimeMillis);
                case "serviceTime" ->
                    new Answer(status, responseBytes, wholeMillis(OptionRules.SERVICE_TIME.parse(value)));
                case "status" -> new Answer(OptionRules.STATUS.parse(value), responseBytes, serviceTimeMillis);
                default ->
                    throw new InvalidOptionException(
                            name, value, "unknown parameter, use bytes, serviceTime or status");
            };
        }
    }
}
