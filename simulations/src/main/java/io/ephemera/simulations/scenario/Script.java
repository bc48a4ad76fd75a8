package io.ephemera.simulations.scenario;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.Story;
import io.ephemera.simulations.load.Usage;
import java.util.List;

/** What a scenario plays under given limits, all of it known before the first call. */
public interface Script {

    /** How its calls use connections. */
    Usage usage();

    /** Its load, in modelled time: the steps in order, without gaps. */
    List<PlannedStep> steps();

    /** How many endpoints the stub listens at. */
    default int destinations() {
        return 1;
    }

    /**
     * Where a call goes.
     *
     * @param call from 0
     * @return from 0 to {@link #destinations()}, exclusive
     */
    default int destinationOf(long call) {
        return 0;
    }

    /** How many workers make a closed loop; 0 where the steps say when calls start. */
    default int workers() {
        return 0;
    }

    /** What is to be seen, in a line or two for the console. */
    List<String> scene();

    /** What it predicts. */
    Story story();

    /** Somebody who watches it and measures what it predicts; a new one for each run. */
    Witness witness();
}
