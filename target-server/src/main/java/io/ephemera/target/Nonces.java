package io.ephemera.target;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The nonces of Digest that this server has issued, and the nonce counts used with each.
 *
 * <p>A nonce is its serial number with a message authentication code, so one that was not issued here is known without
 * being stored. What is stored stands in a ring by serial number: memory is fixed, and the oldest nonce gives way to the
 * newest, as if it had expired. A nonce lives out its lifetime as long as no more than {@code capacity} are issued in it.
 *
 * <p>Counts may come out of order, as from a client with several connections, within a window of the last 64.
 */
final class Nonces {
    /** What has become of a nonce and a count presented together. */
    enum Use {
        /** For the first time: now it is used. */
        FRESH,
        /** The count was used before, or is too far behind to tell. */
        REPLAYED,
        /** The nonce is expired, forgotten or not one of these. */
        INVALID
    }

    /** 873 nonces a second over the default lifetime, in 6 MiB. */
    private static final int DEFAULT_CAPACITY = 1 << 18;

    private static final int WINDOW = Long.SIZE;
    private static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = Long.BYTES + TAG_BYTES;

    private final long lifetimeNanos;
    private final Mac mac;
    private final long[] issuedNanos;
    private final long[] highestCount;
    /** Bit n: the count n below the highest was used. */
    private final long[] usedCounts;

    private long issued;

    Nonces(Duration lifetime) {
        this(lifetime, DEFAULT_CAPACITY);
    }

    Nonces(Duration lifetime, int capacity) {
        this.lifetimeNanos = lifetime.toNanos();
        this.issuedNanos = new long[capacity];
        this.highestCount = new long[capacity];
        this.usedCounts = new long[capacity];
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        try {
            this.mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** A new nonce, of characters that need no quoting. */
    synchronized String issue(long nowNanos) {
        long serial = issued++;
        int slot = slot(serial);
        issuedNanos[slot] = nowNanos;
        highestCount[slot] = 0;
        usedCounts[slot] = 0;
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES)
                .putLong(serial)
                .put(tag(serial))
                .array();
        return Base64.getUrlEncoder().encodeToString(nonce);
    }

    /**
     * Uses a nonce with a count.
     *
     * @param count from 1 up
     */
    synchronized Use use(String nonce, long count, long nowNanos) {
        long serial = serial(nonce);
        if (serial < 0 || issued - serial > issuedNanos.length) {
            return Use.INVALID;
        }
        int slot = slot(serial);
        if (nowNanos - issuedNanos[slot] > lifetimeNanos) {
            return Use.INVALID;
        }
        return useCount(slot, count) ? Use.FRESH : Use.REPLAYED;
    }

    private boolean useCount(int slot, long count) {
        long ahead = count - highestCount[slot];
        if (ahead > 0) {
            usedCounts[slot] = ahead < WINDOW ? usedCounts[slot] << ahead | 1 : 1;
            highestCount[slot] = count;
            return true;
        }
        long bit = -ahead < WINDOW ? 1L << -ahead : 0;
        if (bit == 0 || (usedCounts[slot] & bit) != 0) {
            return false;
        }
        usedCounts[slot] |= bit;
        return true;
    }

    /** The serial number of a nonce that was issued here, else -1. */
    private long serial(String nonce) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(nonce);
        } catch (IllegalArgumentException e) {
            return -1;
        }
        if (bytes.length != NONCE_BYTES) {
            return -1;
        }
        long serial = ByteBuffer.wrap(bytes).getLong();
        byte[] tag = Arrays.copyOfRange(bytes, Long.BYTES, NONCE_BYTES);
        return MessageDigest.isEqual(tag, tag(serial)) ? serial : -1;
    }

    private byte[] tag(long serial) {
        byte[] whole =
                mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(serial).array());
        return Arrays.copyOf(whole, TAG_BYTES);
    }

    private int slot(long serial) {
        return (int) (serial % issuedNanos.length);
    }
}
