package io.ephemera.simulations.scenario;

import io.ephemera.ports.Profile;
import io.ephemera.ports.Scope;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.PlannedStep.SteadyState;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario is played under, and the loads that follow from it.
 *
 * @param settings of the run
 * @param profile the limits
 * @param slicesPerTimeWait slices of the recording
 */
public record Environment(Settings settings, Profile profile, int slicesPerTimeWait) {

    /** Of a load that is too much: this many times what the ports suffice for. */
    private static final double OVERLOAD = 1.5;

    /** So many calls succeed at least, where a threshold is measured. */
    private static final double LEAST_SUCCESSES = 1050;

    /** Of 1.5 times 2, say, a double has a little more. */
    private static final double ROUNDING = 1e-9;

    int ports() {
        return profile.range().size();
    }

    /** The remedy of this run; {@code null} for the failure itself. */
    @Nullable
    Remedy remedy() {
        return settings.client().remedies().isEmpty()
                ? null
                : settings.client().remedies().get(0);
    }

    double timeWaitSeconds() {
        return profile.timeWaitSeconds();
    }

    /** Calls/s above which the ports run out, where each call takes one: ports / TIME_WAIT. */
    double thresholdCallsPerSecond() {
        return ports() / timeWaitSeconds();
    }

    /** How the calls use connections: closed after each, or, where that is the remedy, kept and shared. */
    Usage usage() {
        return Usage.of(remedy() == Remedy.SHARED_CONNECTIONS ? Pattern.KEEP_ALIVE_SHARED : Pattern.KEEP_ALIVE_OFF);
    }

    /** A rate well above the threshold, rounded to a tenth, so that people can read it; of small limits to a thousandth. */
    double overloadCallsPerSecond() {
        double rate = OVERLOAD * thresholdCallsPerSecond();
        double grain = rate >= 5 ? 10 : 1000;
        return Math.ceil(rate * grain) / grain;
    }

    /** A share of the threshold, rounded up to a thousandth. */
    double shareOfThreshold(double share) {
        return thousandths(share * thresholdCallsPerSecond());
    }

    static double thousandths(double callsPerSecond) {
        return Math.ceil(callsPerSecond * 1000) / 1000;
    }

    /** Whole TIME_WAITs in which enough calls succeed for a threshold to be measured. */
    private int windows() {
        return (int) Math.ceil(LEAST_SUCCESSES / ports());
    }

    double windowSeconds() {
        return windows() * timeWaitSeconds();
    }

    /** How long a load is to last that has settled after so many seconds, so that its windows are recorded. */
    double secondsAfter(double settleSeconds) {
        return settleSeconds + windowSeconds() + 2 * (timeWaitSeconds() / slicesPerTimeWait);
    }

    /** A load above the threshold, of which one is measured after the first TIME_WAIT. */
    PlannedStep overload() {
        double rate = overloadCallsPerSecond();
        double seconds = secondsAfter(timeWaitSeconds());
        return saturated(rate, timeWaitSeconds(), seconds, callsIn(rate, seconds));
    }

    /** A step from the start on in which a threshold is measured once it has settled, unless no call is refused. */
    PlannedStep saturated(double callsPerSecond, double settleSeconds) {
        long calls = (long) Math.ceil(secondsAfter(settleSeconds) * callsPerSecond);
        return saturated(callsPerSecond, settleSeconds, calls / callsPerSecond, calls);
    }

    PlannedStep saturated(double callsPerSecond, double settleSeconds, double seconds, long calls) {
        return new PlannedStep(
                Kind.SATURATED, callsPerSecond, 0, seconds, calls, new SteadyState(settleSeconds, windows()));
    }

    /** A step of a rate in which none is measured. */
    static PlannedStep step(double callsPerSecond, double startSeconds, double seconds) {
        return new PlannedStep(
                Kind.STAIR, callsPerSecond, startSeconds, seconds, callsIn(callsPerSecond, seconds), SteadyState.NONE);
    }

    private static long callsIn(double callsPerSecond, double seconds) {
        return (long) Math.ceil(callsPerSecond * seconds - ROUNDING);
    }

    /**
     * Refuses a scope in which each destination has ports of its own.
     *
     * @param what would have them
     */
    void requireGlobalPool(String scenario, String what) throws BadSettingException {
        if (profile.scope() != Scope.GLOBAL) {
            throw new BadSettingException(
                    Setting.SCOPE,
                    profile.scope().toString(),
                    what + " has ports of its own then; " + scenario + " tells of a pool that is global");
        }
    }
}
