package io.ephemera.simulations.gatling;

import com.typesafe.scalalogging.Logger;
import com.typesafe.scalalogging.Logger$;
import io.gatling.core.action.Action;
import io.gatling.core.session.Session;
import io.gatling.core.structure.ScenarioContext;
import io.gatling.javaapi.core.ActionBuilder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** An action of ours in Gatling's chain. */
final class Link implements Action {

    private final String name;
    private final Consumer<Session> what;
    private Logger logger = Logger$.MODULE$.apply(LoggerFactory.getLogger(Link.class));

    Link(String name, Consumer<Session> what) {
        this.name = name;
        this.what = what;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void execute(Session session) {
        try {
            what.accept(session);
        } catch (LinkageError | OutOfMemoryError e) {
            // Gatling passes it on, and Netty logs what a task throws and goes on: the call would never end.
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    @Override
    public Logger logger() {
        return logger;
    }

    @Override
    public void com$typesafe$scalalogging$StrictLogging$_setter_$logger_$eq(Logger set) {
        logger = set;
    }

    /**
     * A link in Gatling's DSL.
     *
     * @param what is done, given the next action
     */
    record Builder(String name, BiConsumer<Session, Action> what) implements ActionBuilder {

        @Override
        public io.gatling.core.action.builder.ActionBuilder asScala() {
            return (ScenarioContext context, Action next) -> new Link(name, session -> what.accept(session, next));
        }
    }
}
