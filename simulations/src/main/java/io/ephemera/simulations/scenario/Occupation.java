package io.ephemera.simulations.scenario;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.Story;
import io.ephemera.reports.Story.PredictedFigure;
import io.ephemera.reports.StoryEnd;
import io.ephemera.reports.StoryEnd.MeasuredFigure;
import io.ephemera.reports.Wording;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two failures that say "Address already in use", at once. A process hangs and keeps the port at which it listens, so that its
 * service can't be started again; and calls go out above the threshold, so that no port is left for them. A scan binds every port
 * in turn while calls are refused:
 *
 * <pre>
 * ports that it finds taken              = P    [ports], the whole range
 * of these where the process listens     = 1    [ports]
 * calls/s that the ports suffice for     = P / T, TIME_WAIT T
 * </pre>
 *
 * <p>The port of the process is none that calls could miss: another real one stands in for it, as for each that somebody holds.
 *
 * Then the process is ended: its port is free at once, and no call is helped by that.
 */
public final class Occupation implements Scenario {

    private static final int BINDS = 4;

    /** The scan starts this far into the time in which no call finds a port. */
    private static final double SCAN_AT = 0.1;

    private static final double BINDS_FROM = 0.6;

    private static final boolean LINUX =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");

    @Override
    public String name() {
        return "OccupiedPort";
    }

    @Override
    public Set<Setting> settings() {
        return Set.of();
    }

    @Override
    public Set<Remedy> remedies() {
        return Set.of(Remedy.SHARED_CONNECTIONS);
    }

    @Override
    public Script script(Circumstances circumstances) throws BadSettingException {
        if (circumstances.ports() < 2) {
            throw new BadSettingException(
                    Setting.PORTS,
                    circumstances.profile().range().toString(),
                    "one port is for the process that hangs; give a range of more");
        }
        return new Play(circumstances);
    }

    private static final class Play implements Script {
        private final Circumstances circumstances;
        private final Overload load;
        private final boolean exhausts;
        private final double scanSeconds;
        private final double bindsSeconds;
        private final double endSeconds;

        Play(Circumstances circumstances) {
            this.circumstances = circumstances;
            this.load = Overload.of(circumstances);
            this.exhausts = circumstances.remedy() == null;
            double refused = circumstances.timeWaitSeconds() - load.firstRefusedSeconds();
            this.scanSeconds = load.firstRefusedSeconds() + SCAN_AT * refused;
            this.bindsSeconds = load.firstRefusedSeconds() + BINDS_FROM * refused;
            this.endSeconds = circumstances.timeWaitSeconds() * 1.1;
        }

        @Override
        public Usage usage() {
            return Overload.usage(exhausts);
        }

        @Override
        public List<PlannedStep> steps() {
            return load.steps(exhausts, circumstances.timeWaitSeconds());
        }

        @Override
        public List<String> scene() {
            return List.of(String.format(
                    Locale.ROOT,
                    "a process listens at a port of the range and hangs; %s calls/s go out; every port is tried after %s s,"
                            + " and the process is ended after %s s",
                    Wording.exact(load.callsPerSecond()),
                    Wording.exact(scanSeconds),
                    Wording.exact(endSeconds)));
        }

        @Override
        public Story story() {
            List<PredictedFigure> figures = new ArrayList<>();
            if (exhausts) {
                figures.add(new PredictedFigure(
                        TAKEN, "ports", circumstances.profile().range().size()));
                figures.add(new PredictedFigure(FIRST, "s", load.firstRefusedSeconds()));
            }
            figures.add(new PredictedFigure(LISTENING, "ports", 1));
            figures.add(new PredictedFigure(REFUSED_HUNG, "of " + BINDS, BINDS));
            figures.add(new PredictedFigure(REFUSED_ENDED, "of " + BINDS, 0));
            if (LINUX) {
                figures.add(new PredictedFigure(REFUSED_GONE, "of 1", 1));
                figures.add(new PredictedFigure(REFUSED_GONE_REUSE, "of 1", 0));
            }
            return new Story(exhausts, false, figures, LESSONS);
        }

        @Override
        public Witness witness() {
            try {
                return new Searcher(HungListener.start(circumstances.profile().range()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Somebody who wants to know which of the two it is. */
        private final class Searcher implements Witness {
            private final HungListener hung;
            private @Nullable BindScan scan;
            private int refusedWhileHung = -1;
            private int refusedOnceEnded = -1;
            private int refusedWhereGone = -1;
            private int refusedWhereGoneWithReuse = -1;
            private double firstRefused = -1;

            Searcher(HungListener hung) {
                this.hung = hung;
            }

            @Override
            public void begin(Stage stage) {
                stage.at(scanSeconds, () -> scan(stage));
                stage.at(bindsSeconds, () -> bindWhileHung(stage));
                stage.at(endSeconds, () -> endAndBind(stage));
            }

            private void scan(Stage stage) {
                BindScan found = BindScan.of(circumstances.profile().range());
                scan = found;
                stage.event(
                        scanSeconds,
                        String.format(
                                Locale.ROOT,
                                "every port tried: %,d of %,d are taken, somebody listens at %,d of these",
                                found.taken().size(),
                                found.tried(),
                                found.listening().size()));
            }

            private void bindWhileHung(Stage stage) {
                int refused = binds(hung.port());
                refusedWhileHung = refused;
                stage.event(
                        bindsSeconds,
                        "the service can't be started at port " + hung.port() + ": " + hung.owner() + " has it");
                if (LINUX) {
                    try {
                        GoneListener gone = GoneListener.leave();
                        boolean plain = gone.canBeBound(false);
                        boolean reuse = gone.canBeBound(true);
                        refusedWhereGone = plain ? 0 : 1;
                        refusedWhereGoneWithReuse = reuse ? 0 : 1;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }

            private void endAndBind(Stage stage) {
                hung.close();
                stage.event(endSeconds, hung.owner() + " is ended");
                int refused = binds(hung.port());
                refusedOnceEnded = refused;
                stage.event(
                        endSeconds,
                        refused == 0
                                ? "the service can be started at port " + hung.port()
                                : "the service still can't be started at port " + hung.port());
            }

            private int binds(int port) {
                int refused = 0;
                for (int bind = 0; bind < BINDS; bind++) {
                    try (ServerSocket service = new ServerSocket(port, 0, InetAddress.getLoopbackAddress())) {
                        refused += service.isBound() ? 0 : 1;
                    } catch (BindException e) {
                        refused++;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
                return refused;
            }

            @Override
            public void ended(long call, double seconds, boolean ok) {
                if (!ok && firstRefused < 0) {
                    firstRefused = load.dueSeconds(call);
                }
            }

            @Override
            public StoryEnd end() {
                hung.close();
                List<MeasuredFigure> measured = new ArrayList<>();
                BindScan found = scan;
                if (found != null) {
                    measured.add(new MeasuredFigure(TAKEN, found.taken().size()));
                    measured.add(new MeasuredFigure(LISTENING, found.listening().contains(hung.port()) ? 1 : 0));
                }
                add(measured, FIRST, firstRefused);
                add(measured, REFUSED_HUNG, refusedWhileHung);
                add(measured, REFUSED_ENDED, refusedOnceEnded);
                add(measured, REFUSED_GONE, refusedWhereGone);
                add(measured, REFUSED_GONE_REUSE, refusedWhereGoneWithReuse);
                return new StoryEnd(measured, found == null ? List.of() : diagnosis(found));
            }

            private static void add(List<MeasuredFigure> measured, String name, double value) {
                if (value >= 0) {
                    measured.add(new MeasuredFigure(name, value));
                }
            }

            private List<String> diagnosis(BindScan found) {
                List<String> lines = new ArrayList<>();
                if (exhausts) {
                    lines.add(String.format(
                            Locale.ROOT,
                            "calls are refused by port exhaustion: of %,d ports that can't be bound, %,d have no listener, only"
                                    + " connections that are closed, and time alone frees them",
                            found.taken().size(),
                            found.withoutListener()));
                } else {
                    lines.add(
                            "there is no port exhaustion: calls are served, while the service still can't be started");
                }
                lines.add("the service is refused by a bind conflict: port " + hung.port() + " is held by "
                        + hung.owner()
                        + ", which listens and never accepts; once it was ended, "
                        + (refusedOnceEnded == 0 ? "the port could be bound at once" : "the port was still taken"));
                if (refusedWhereGone == 1) {
                    lines.add(
                            "where the listener is gone, a connection that it closed is left in TIME_WAIT at its port: a bind"
                                    + (refusedWhereGoneWithReuse == 0
                                            ? " without SO_REUSEADDR fails, one with it succeeds"
                                            : " fails"));
                }
                return lines;
            }
        }
    }

    private static final String TAKEN = "ports that the scan finds taken";
    private static final String LISTENING = "taken ports where the process that hangs listens";
    private static final String FIRST = "time to the first refused call";
    private static final String REFUSED_HUNG = "binds of the service refused while the process hangs";
    private static final String REFUSED_ENDED = "binds of the service refused once it is ended";
    private static final String REFUSED_GONE = "binds refused where the listener is gone";
    private static final String REFUSED_GONE_REUSE = "the same with SO_REUSEADDR";

    private static final List<String> LESSONS = List.of(
            "\"Address already in use\" has two meanings: at a bind, one port is somebody's, and netstat names him; at a"
                    + " connect, all ports are used up, and nobody has them",
            "a port that stays occupied is freed by ending its process, at once; exhaustion is not, and a bind conflict is"
                    + " not mended by more ports",
            "a scan that binds every port takes each for a moment: it tells how many are taken, never by what");
}
