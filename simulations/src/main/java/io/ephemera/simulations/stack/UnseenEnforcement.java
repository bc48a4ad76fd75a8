package io.ephemera.simulations.stack;

import io.ephemera.reports.RunEnd;
import io.ephemera.reports.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stack whose ports can't be looked at while calls are made. */
final class UnseenEnforcement implements Enforcement {

    @Override
    public Slice.@Nullable Ports ports() {
        return null;
    }

    @Override
    public Held now() {
        return new Held(0, 0);
    }

    @Override
    public Held atLastExhaustion() {
        return new Held(0, 0);
    }

    @Override
    public RunEnd.@Nullable PoolCounts counts() {
        return null;
    }

    @Override
    public @Nullable Double meanLifeSeconds() {
        return null;
    }

    @Override
    public List<String> faults(long refusals) {
        return List.of();
    }

    @Override
    public void close() {
        // Nothing was changed.
    }
}
