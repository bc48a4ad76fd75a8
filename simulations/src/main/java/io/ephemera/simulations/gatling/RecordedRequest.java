package io.ephemera.simulations.gatling;

import io.ephemera.agent.PortHook;
import io.ephemera.simulations.clock.VirtualUser;
import io.gatling.core.CoreComponents;
import io.gatling.core.action.Action;
import io.gatling.core.protocol.Protocol;
import io.gatling.core.protocol.ProtocolComponents;
import io.gatling.core.protocol.ProtocolComponentsRegistry;
import io.gatling.core.protocol.ProtocolKey;
import io.gatling.core.structure.ScenarioContext;
import io.gatling.http.engine.response.DefaultStatsProcessor;
import io.gatling.http.engine.tx.HttpTxExecutor;
import io.gatling.http.protocol.HttpComponents;
import io.gatling.http.protocol.HttpProtocol;
import io.gatling.http.protocol.HttpProtocol$;
import io.gatling.javaapi.core.ActionBuilder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import scala.Function1;
import scala.collection.mutable.Map;
import scala.collection.mutable.Map$;

/**
 * An HTTP request of Gatling's DSL whose responses are told to a listener, besides Gatling's own statistics: built with the
 * scenario's own HTTP engine and caches, and a statistics engine that passes everything on.
 *
 * <p>Gatling tells its statistics nothing of the session. But it goes on to the next action in the same breath, on the same thread;
 * so that is one of ours, which has the session, and takes the response that this thread told last.
 */
public final class RecordedRequest implements ActionBuilder {

    private final ActionBuilder request;
    private final BiConsumer<VirtualUser, RecordedResponse> listener;

    /**
     * How an exchange ended.
     *
     * @param startMillis when Gatling began to send the request, in milliseconds since the epoch
     * @param endMillis when it ended
     * @param ok whether all checks held
     * @param httpStatus status of the response; {@code null} if there was none
     * @param message what Gatling reports of a failure; {@code null} where it says nothing
     */
    public record RecordedResponse(
            long startMillis,
            long endMillis,
            boolean ok,
            @Nullable String httpStatus,
            @Nullable String message) {

        /** Whether another exchange follows this one, which was challenged as it was to be. */
        public boolean isChallenge() {
            return ok && "401".equals(httpStatus);
        }
    }

    /** The request, made for the session's user: its sockets are the user's, and its response is told to the listener, on Gatling's threads. */
    public RecordedRequest(ActionBuilder request, BiConsumer<VirtualUser, RecordedResponse> listener) {
        this.request = request;
        this.listener = listener;
    }

    @Override
    public io.gatling.core.action.builder.ActionBuilder asScala() {
        return new Recorded();
    }

    private final class Recorded implements io.gatling.core.action.builder.ActionBuilder {

        @Override
        @SuppressWarnings("try") // What is closed is a stretch of time.
        public Action build(ScenarioContext context, Action next) {
            CoreComponents core = context.coreComponents();
            TeeStatsEngine tee = new TeeStatsEngine(core.statsEngine(), core.eventLoopGroup());
            CoreComponents recording = new CoreComponents(
                    core.actorSystem(),
                    core.eventLoopGroup(),
                    core.controller(),
                    core.throttler(),
                    tee,
                    core.clock(),
                    core.exit(),
                    core.configuration());
            HttpComponents http = context.protocolComponentsRegistry().components(httpKey());
            HttpComponents recordingHttp = new HttpComponents(
                    http.httpProtocol(),
                    http.httpEngine(),
                    http.httpCaches(),
                    new HttpTxExecutor(
                            recording,
                            http.httpEngine(),
                            http.httpCaches(),
                            new DefaultStatsProcessor(tee),
                            http.httpProtocol()));
            Action built = request.asScala()
                    .build(
                            new ScenarioContext(
                                    recording,
                                    registry(recording, recordingHttp),
                                    context.pauseType(),
                                    context.throttled()),
                            new Link("response", session -> {
                                RecordedResponse response = tee.take();
                                if (response != null) {
                                    listener.accept(UserInjection.user(session), response);
                                }
                                next.$bang(session);
                            }));
            // What opens a connection opens its socket before it returns.
            return new Link("request", session -> {
                try (PortHook.Owned ours = PortHook.owned(UserInjection.user(session))) {
                    built.$bang(session);
                }
            });
        }

        private ProtocolKey<HttpProtocol, HttpComponents> httpKey() {
            return HttpProtocol$.MODULE$.HttpProtocolKey();
        }

        @SuppressWarnings("unchecked") // Scala's empty maps are raw types to javac.
        private ProtocolComponentsRegistry registry(CoreComponents core, HttpComponents http) {
            Map<ProtocolKey<?, ?>, Function1<Protocol, ProtocolComponents>> factories = Map$.MODULE$.empty();
            factories.put(httpKey(), protocol -> http);
            Map<ProtocolKey<?, ?>, Protocol> defaults = Map$.MODULE$.empty();
            scala.collection.immutable.Map<Class<? extends Protocol>, Protocol> protocols =
                    scala.collection.immutable.Map$.MODULE$
                            .<Class<? extends Protocol>, Protocol>empty()
                            .updated(HttpProtocol.class, http.httpProtocol());
            return new ProtocolComponentsRegistry(core, protocols, factories, defaults);
        }
    }
}
