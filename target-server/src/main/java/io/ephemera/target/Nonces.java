package io.ephemera.target;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The nonces of Digest that this server has issued, and the nonce counts used with each. Memory is bounded: beyond
 * {@code capacity} the oldest nonce gives way to the newest, as if it had expired.
 *
 * <p>Counts must rise. A client with several connections, on which one overtakes another, is challenged once more.
 */
final class Nonces {
    /** What has become of a nonce and a count presented together. */
    enum Use {
        /** For the first time: now it is used. */
        FRESH,
        /** That count was used before, or a higher one. */
        REPLAYED,
        /** The nonce is expired, forgotten or not one of these. */
        INVALID
    }

    private static final int DEFAULT_CAPACITY = 1 << 16;

    private record Nonce(long issuedNanos, AtomicLong highestCount) {}

    private final long lifetimeNanos;
    private final Map<String, Nonce> issued;

    Nonces(Duration lifetime) {
        this(lifetime, DEFAULT_CAPACITY);
    }

    Nonces(Duration lifetime, int capacity) {
        lifetimeNanos = lifetime.toNanos();
        issued = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Nonce> eldest) {
                return size() > capacity;
            }
        };
    }

    synchronized String issue(long nowNanos) {
        String nonce = DigestVerifier.randomHex();
        issued.put(nonce, new Nonce(nowNanos, new AtomicLong()));
        return nonce;
    }

    /**
     * Uses a nonce with a count.
     *
     * @param count from 1 up
     */
    synchronized Use use(String nonce, long count, long nowNanos) {
        Nonce known = issued.get(nonce);
        if (known == null || nowNanos - known.issuedNanos > lifetimeNanos) {
            return Use.INVALID;
        }
        return known.highestCount.getAndAccumulate(count, Math::max) < count ? Use.FRESH : Use.REPLAYED;
    }
}
