package io.ephemera.ports;

/**
 * The set of free port indices, with "the next one at or above i" in constant time: three levels of 64-bit words span 262,144
 * indices, and a port number has 16 bits.
 *
 * <p>Not safe for concurrent use; the pool's lock guards it.
 */
final class FreePorts {

    private final int size;
    private final long[] words;
    private final long[] summary;
    private long top;
    private int count;

    FreePorts(int size) {
        this.size = size;
        this.words = new long[(size + 63) >>> 6];
        this.summary = new long[(words.length + 63) >>> 6];
    }

    static FreePorts full(int size) {
        FreePorts ports = new FreePorts(size);
        for (int index = 0; index < size; index++) {
            ports.add(index);
        }
        return ports;
    }

    int count() {
        return count;
    }

    boolean contains(int index) {
        return (words[index >>> 6] & (1L << index)) != 0;
    }

    void add(int index) {
        int word = index >>> 6;
        long bit = 1L << index;
        if ((words[word] & bit) == 0) {
            words[word] |= bit;
            summary[word >>> 6] |= 1L << word;
            top |= 1L << (word >>> 6);
            count++;
        }
    }

    void remove(int index) {
        int word = index >>> 6;
        long bit = 1L << index;
        if ((words[word] & bit) != 0) {
            words[word] &= ~bit;
            count--;
            if (words[word] == 0) {
                summary[word >>> 6] &= ~(1L << word);
                if (summary[word >>> 6] == 0) {
                    top &= ~(1L << (word >>> 6));
                }
            }
        }
    }

    /** The lowest member at or above {@code from}, going round to 0; -1 if the set is empty. */
    int nextFrom(int from) {
        if (count == 0) {
            return -1;
        }
        int found = from < size ? ceiling(from) : -1;
        return found >= 0 ? found : ceiling(0);
    }

    private int ceiling(int from) {
        int word = from >>> 6;
        long inWord = words[word] & (-1L << from);
        if (inWord != 0) {
            return (word << 6) + Long.numberOfTrailingZeros(inWord);
        }
        int nextWord = word + 1;
        int group = nextWord >>> 6;
        if (group >= summary.length) {
            return -1;
        }
        long inGroup = summary[group] & (-1L << nextWord);
        if (inGroup == 0) {
            // A shift by 64 would be a shift by 0: the last group has no group after it.
            long groups = group == 63 ? 0 : top & (-1L << (group + 1));
            if (groups == 0) {
                return -1;
            }
            group = Long.numberOfTrailingZeros(groups);
            inGroup = summary[group];
        }
        int foundWord = (group << 6) + Long.numberOfTrailingZeros(inGroup);
        return (foundWord << 6) + Long.numberOfTrailingZeros(words[foundWord]);
    }
}
