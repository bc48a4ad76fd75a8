package io.ephemera.agent.usage;

/** How fast a count grows: lately, and at its fastest. It looks back over a window of ten samples. */
final class RateMeter {

    private static final int SAMPLES = 10;

    private final long[] atNanos = new long[SAMPLES + 1];
    private final long[] totals = new long[SAMPLES + 1];
    private int next;
    private int count;
    private double busiestPerSecond;

    RateMeter(long startNanos) {
        add(startNanos, 0);
    }

    /** Takes a sample; called at even intervals. */
    synchronized void sample(long nowNanos, long total) {
        if (count == SAMPLES) {
            busiestPerSecond = Math.max(busiestPerSecond, perSecond(nowNanos, total));
        }
        add(nowNanos, total);
    }

    /** The rate over the window that ends now. */
    synchronized double perSecond(long nowNanos, long total) {
        int oldest = Math.floorMod(next - count, atNanos.length);
        long nanos = nowNanos - atNanos[oldest];
        return nanos <= 0 ? 0 : (total - totals[oldest]) * 1e9 / nanos;
    }

    /** The highest rate over a whole window; before there is one, and if it is higher, over the one that ends now. */
    synchronized double busiestPerSecond(long nowNanos, long total) {
        return Math.max(busiestPerSecond, perSecond(nowNanos, total));
    }

    private void add(long nowNanos, long total) {
        atNanos[next] = nowNanos;
        totals[next] = total;
        next = (next + 1) % atNanos.length;
        count = Math.min(count + 1, SAMPLES);
    }
}
