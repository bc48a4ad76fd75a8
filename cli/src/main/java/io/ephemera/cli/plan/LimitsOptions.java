package io.ephemera.cli.plan;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.PlatformOptions;
import io.ephemera.cli.console.Values;
import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.Limits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a load is planned against. */
final class LimitsOptions {

    @Mixin
    private final PlatformOptions platform = new PlatformOptions();

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            description = "for whom a port in use is taken: global or destination; default: the profile's")
    private @Nullable String scope;

    @Option(
            names = "--destinations",
            paramLabel = "N",
            description = "remote endpoints that the calls go to in turn; default 1; more help under scope destination")
    private String destinations = "1";

    @Option(
            names = "--taken",
            paramLabel = "N",
            description =
                    "ports that are in TIME_WAIT already when the load starts, as \"ephemera doctor\" counts them; all"
                            + " come back after one TIME_WAIT: the worst case. Under scope destination, of each; default 0")
    private String taken = "0";

    String profile() {
        return platform.profile();
    }

    CatalogueEntry entry() {
        return Values.parseGiven("--profile", platform.profile(), ProfileCatalogue::entry);
    }

    /** How long the platform keeps a port after a close. */
    Duration hold(CatalogueEntry entry) {
        Duration given = platform.timeWait();
        return given == null ? documented(entry, null).hold() : given;
    }

    /** A fleet has its ports from the platform, towards one destination. */
    void refusePorts() {
        if (platform.ports() != null || scope != null || !taken.equals("0") || !destinations.equals("1")) {
            throw new BadInputException("a plan of --instances is made for one destination and the profile's ports:"
                    + " leave out --ports, --scope, --destinations and --taken");
        }
    }

    /** Rules hold for whatever load. */
    void refuseLoad() {
        if (!taken.equals("0") || !destinations.equals("1")) {
            throw new BadInputException("rules hold for any load: leave out --destinations and --taken");
        }
    }

    Limits limits() {
        CatalogueEntry entry = entry();
        PortRange range = platform.ports();
        Duration hold = platform.timeWait();
        Scope given = Values.parse("--scope", scope, Scope::parse);
        Limits documented = documented(entry, hold);
        Limits limits = documented.overridden(
                range == null ? documented.ports() : range.size(),
                hold == null ? documented.hold() : hold,
                given == null ? documented.scope() : given);
        Limits towards = Values.parseGiven(
                "--destinations",
                destinations,
                text -> limits.withDestinations((int) Values.whole(text, 1, Integer.MAX_VALUE)));
        return Values.parseGiven(
                "--taken", taken, text -> towards.withTaken((int) Values.whole(text, 0, limits.ports() - 1L)));
    }

    private Limits documented(CatalogueEntry entry, @Nullable Duration hold) {
        if (entry.hold() != null) {
            return Limits.of(entry);
        }
        if (hold == null) {
            throw new BadInputException(
                    "--profile",
                    platform.profile(),
                    "no hold after a close is documented for it; give one with --time-wait");
        }
        return new Limits(entry.ports(), hold, entry.scope(), 1, entry.remedies());
    }
}
