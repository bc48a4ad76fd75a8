package io.ephemera.cli.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.cli.console.JsonOutput;
import io.ephemera.cli.doctor.Checkup.Pool;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.MachineText;
import io.ephemera.simulations.machine.PortHoldTime;
import io.ephemera.simulations.machine.PortUse;
import io.ephemera.simulations.machine.PortUse.RemoteUse;
import io.ephemera.simulations.machine.Threshold;
import java.util.OptionalInt;
import java.util.TreeMap;

/** A reading as JSON; {@code doctor.schema.json} describes it. */
final class DoctorJson {

    private static final int VERSION = 1;

    private DoctorJson() {}

    static ObjectNode of(Reading reading) {
        Checkup checkup = reading.checkup();
        MachineLimits limits = checkup.limits();
        OptionalInt usable = limits.usablePorts();
        ObjectNode json = JsonOutput.object()
                .put("schema", VERSION)
                .put("readAt", reading.at().toString())
                .put("state", checkup.state().toString())
                .put("reason", checkup.reason())
                .put("system", limits.system())
                .put("scope", limits.scope().toString())
                .put("usablePorts", usable.isPresent() ? (Integer) usable.getAsInt() : null);
        json.set("thresholdAcrossNetwork", threshold(limits.thresholdAcrossNetwork()));
        json.set("thresholdOnLoopback", threshold(limits.thresholdOnLoopback()));
        json.set("figures", JsonOutput.tree(limits.figures()));
        json.put("masksKnown", limits.masksKnown());
        json.set("masks", JsonOutput.tree(limits.masks()));
        json.setAll(use(checkup.use()));
        ArrayNode pools = json.putArray("pools");
        checkup.pools().forEach(pool -> pools.add(pool(pool)));
        Expectation expected = reading.expected();
        if (expected != null) {
            ObjectNode expectation = json.putObject("expected")
                    .put("profile", expected.profile())
                    .put("holds", expected.holds());
            expectation.set("differences", JsonOutput.tree(expected.fit().differences()));
            expectation.set("notes", JsonOutput.tree(expected.fit().notes()));
        }
        Probe probe = reading.probe();
        if (probe != null) {
            json.putObject("probe")
                    .put("endpoint", probe.endpoint())
                    .put("outcome", probe.outcome().toString())
                    .put("words", probe.words());
        }
        return json;
    }

    private static ObjectNode threshold(Threshold threshold) {
        return JsonOutput.object()
                .put("callsPerSecond", JsonOutput.number(threshold.callsPerSecond()))
                .put("holdSeconds", threshold.hold().map(PortHoldTime::seconds).orElse(null))
                .put("words", threshold.words());
    }

    private static ObjectNode use(PortUse use) {
        ObjectNode json = JsonOutput.object()
                .put("useKnown", use.known())
                .put("useSource", use.source())
                .put("held", use.held());
        json.set("byState", JsonOutput.tree(new TreeMap<>(use.byState())));
        json.set("serverSide", JsonOutput.tree(new TreeMap<>(use.serverSide())));
        ArrayNode remotes = json.putArray("byRemote");
        use.byRemote().forEach(remote -> remotes.add(remote(remote)));
        json.set("notes", JsonOutput.tree(use.notes()));
        return json;
    }

    private static ObjectNode remote(RemoteUse remote) {
        ObjectNode json = JsonOutput.object()
                .put("remote", MachineText.endpoint(remote.remote()))
                .put("live", remote.counts().live())
                .put("finWait2", remote.counts().finWait2())
                .put("timeWaitHeld", remote.counts().timeWaitHeld())
                .put("timeWaitReusable", remote.counts().timeWaitReusable())
                .put("held", remote.counts().held());
        json.set("owners", JsonOutput.tree(new TreeMap<>(remote.owners())));
        return json;
    }

    private static ObjectNode pool(Pool pool) {
        ExhaustionForecast forecast = pool.forecast();
        return JsonOutput.object()
                .put("name", pool.name())
                .put("state", pool.state().toString())
                .put("used", pool.used())
                .put("usable", pool.usable())
                .put("usedPercent", pool.usedPercent())
                .put("closesPerSecond", forecast == null ? null : JsonOutput.number(forecast.callsPerSecond()))
                .put(
                        "secondsToExhaustion",
                        forecast == null ? null : JsonOutput.number(forecast.secondsToExhaustion()));
    }
}
