package io.ephemera.cli.plan;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.PlatformOptions;
import io.ephemera.cli.console.Values;
import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.Limits;
import java.time.Duration;
import java.util.List;
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

    String profile() {
        return platform.profile();
    }

    Limits limits() {
        CatalogueEntry entry = Values.parseGiven("--profile", platform.profile(), ProfileCatalogue::entry);
        PortRange range = platform.ports();
        Duration hold = platform.timeWait();
        Scope given = Values.parse("--scope", scope, Scope::parse);
        Limits limits = range == null && hold == null && given == null
                ? documented(entry)
                : overridden(entry, range, hold, given);
        return Values.parseGiven(
                "--destinations",
                destinations,
                text -> limits.withDestinations((int) Values.whole(text, 1, Integer.MAX_VALUE)));
    }

    private Limits documented(CatalogueEntry entry) {
        try {
            return Limits.of(entry);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(
                    "--profile",
                    platform.profile(),
                    "no hold after a close is documented for it; give one with --time-wait");
        }
    }

    /** The platform's documented changes speak of its own limits, so they are left out. */
    private Limits overridden(
            CatalogueEntry entry, @Nullable PortRange range, @Nullable Duration hold, @Nullable Scope given) {
        Profile known = entry.profile();
        if (known != null) {
            Profile changed = range == null ? known : known.withRange(range);
            changed = hold == null ? changed : changed.withTimeWait(hold);
            return Limits.of(given == null ? changed : changed.withScope(given));
        }
        Duration after = hold == null ? documented(entry).hold() : hold;
        return new Limits(
                range == null ? entry.ports() : range.size(),
                after,
                given == null ? entry.scope() : given,
                1,
                List.of());
    }
}
