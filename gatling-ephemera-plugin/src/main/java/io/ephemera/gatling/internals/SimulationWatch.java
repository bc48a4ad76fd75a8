package io.ephemera.gatling.internals;

import io.gatling.javaapi.core.Assertion;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Told of what Gatling does in this JVM, on Gatling's threads; several requests at once. */
public interface SimulationWatch {

    /**
     * A simulation is set up; its run comes next.
     *
     * @param boundedByWall whether it has a maximum duration or a throttle, which only the wall's time can keep
     * @return assertions to add to its own
     * @throws IllegalStateException if it can't be run so; the message is one line
     */
    List<Assertion> simulationMade(String name, boolean boundedByWall);

    /** The first user comes next. */
    void begins(GroupLog log);

    /** The last user is gone. */
    void ends();

    /** A request is sent, by the name that Gatling's report has for it. */
    void requestSent(String name);

    /** What the sockets are made for that this request opens. */
    Object owner(String request);

    /**
     * Gatling has made its report and checked its assertions.
     *
     * @param folder where Gatling has put what the run leaves; {@code null} if it leaves nothing
     */
    void processed(@Nullable Path folder);

    /** Whether runs are in virtual time. */
    boolean isVirtual();

    /** The users in virtual time, while a run is under way; {@code null} in Gatling's own. */
    @Nullable
    VirtualUsers virtualUsers();
}
