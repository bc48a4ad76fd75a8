package io.ephemera.simulations.scenario;

import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The situations in which people meet the failure, in the order of their lessons. Each knows no limits yet; under those of a run it
 * becomes a {@link Script}.
 */
@SuppressWarnings("ImmutableEnumChecker") // its sets are those of Set.of, and its factories are constructors
public enum Scenario {
    /** A migration of many records, a closed loop that fails in the middle. */
    MIGRATION(
            "Migration",
            MigrationScript::new,
            Set.of(Setting.RECORDS, Setting.CALLS_PER_RECORD, Setting.WORKERS, Setting.RESUME),
            List.of(Remedy.SHARED_CONNECTIONS, Remedy.RETRIES, Remedy.PACING, Remedy.BATCHING)),
    /** A service that calls another one on the same box. */
    SERVICE_TO_SERVICE("ServiceToService", ServiceToServiceScript::new),
    /** An engine that polls many devices from one machine. */
    MONITORING_ENGINE(
            "MonitoringEngine",
            MonitoringEngineScript::new,
            Set.of(Setting.DEVICES),
            List.of(Remedy.SHARED_CONNECTIONS, Remedy.SPLIT_ENGINES, Remedy.LONGER_INTERVAL)),
    /** A machine that can be reached, and from which nothing goes out. */
    IN_AND_OUT("InAndOut", InAndOutScript::new),
    /** A stack that is reset each time that calls fail. */
    BAND_AID("BandAid", BandAidScript::new),
    /** TIME_WAIT counted by remote endpoint, and what it says. */
    NETSTAT_TEST("NetstatTest", NetstatTestScript::new),
    /** A port that a hung process holds, beside ports that are used up. */
    OCCUPIED_PORT("OccupiedPort", OccupiedPortScript::new),
    /** Connections that nobody closes, or only the server. */
    LEAK("Leak", LeakScript::new, Set.of(), List.of(Remedy.CLOSE_CONNECTIONS)),
    /** A pool that keeps fewer connections than are wanted at once. */
    SMALL_POOL("SmallPool", SmallPoolScript::new);

    private static final String TITLE = "# ";

    private final String simulation;
    private final Factory factory;
    private final Set<Setting> settings;
    private final List<Remedy> remedies;

    private interface Factory {
        Script create(Environment environment) throws BadSettingException;
    }

    Scenario(String simulation, Factory factory) {
        this(simulation, factory, Set.of(), List.of(Remedy.SHARED_CONNECTIONS));
    }

    Scenario(String simulation, Factory factory, Set<Setting> settings, List<Remedy> remedies) {
        this.simulation = simulation;
        this.factory = factory;
        this.settings = settings;
        this.remedies = remedies;
    }

    /**
     * The one that a simulation plays.
     *
     * @param simulation short name
     * @throws java.util.NoSuchElementException if there is none
     */
    public static Scenario of(String simulation) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.simulation.equals(simulation))
                .findFirst()
                .orElseThrow();
    }

    /** Short name of the simulation that plays it. */
    public String simulation() {
        return simulation;
    }

    /** The settings that it takes beside those that every scenario does. */
    public Set<Setting> settings() {
        return settings;
    }

    /** The remedies that it knows; a run takes one of them at most. */
    public Set<Remedy> remedies() {
        return new LinkedHashSet<>(remedies);
    }

    /** The remedy that its lesson ends with. */
    public Remedy wayOut() {
        return remedies.get(0);
    }

    /** What it is about, in a line that begins in lower case. */
    public String title() {
        return text().get(0).substring(TITLE.length());
    }

    /**
     * What it plays under given limits, and what that predicts.
     *
     * @throws BadSettingException if it can't be played under them
     */
    public Script script(Environment environment) throws BadSettingException {
        Script script = factory.create(environment);
        script.predict(ModelRun.play(factory.create(environment)), lessons());
        return script;
    }

    private List<String> lessons() {
        return text().stream().skip(1).toList();
    }

    /** The title, and a line for each lesson. */
    private List<String> text() {
        try (InputStream text = Scenario.class.getResourceAsStream(simulation + ".txt")) {
            return new String(Objects.requireNonNull(text, simulation).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
