package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The set of free ports")
class FreePortsTest {

    @ParameterizedTest(name = "of {0} indices answers as java.util.BitSet does, from full to empty and back")
    @ValueSource(ints = {1, 2, 63, 64, 65, 127, 128, 129, 4_095, 4_096, 4_097, 64_511, 65_535})
    void likeBitSet(int size) {
        long seed = 6056L + size;
        SplittableRandom random = new SplittableRandom(seed);
        FreePorts ports = FreePorts.full(size);
        BitSet expected = new BitSet(size);
        expected.set(0, size);
        // Phases that lean to removing and to adding in turn, so that the set is nearly empty and nearly full for long.
        for (int step = 0; step < 400_000; step++) {
            int index = random.nextInt(size);
            boolean emptying = (step / 100_000) % 2 == 0;
            if (random.nextInt(10) < (emptying ? 9 : 1)) {
                // A sparse set is what makes the search climb the levels: empty it by what the search finds.
                int victim = random.nextBoolean() && expected.cardinality() > 0 ? next(expected, index) : index;
                ports.remove(victim);
                expected.clear(victim);
            } else {
                ports.add(index);
                expected.set(index);
            }
            int from = random.nextInt(size + 1);
            if (ports.nextFrom(from) != next(expected, from)
                    || ports.contains(from % size) != expected.get(from % size)
                    || (step % 1_000 == 0 && ports.count() != expected.cardinality())) {
                assertEquals(next(expected, from), ports.nextFrom(from), "seed " + seed + ", step " + step);
                assertEquals(expected.get(from % size), ports.contains(from % size), "seed " + seed + ", step " + step);
                assertEquals(expected.cardinality(), ports.count(), "seed " + seed + ", step " + step);
            }
        }
    }

    @ParameterizedTest(name = "finds the only member of {0} indices from everywhere")
    @ValueSource(ints = {1, 63, 64, 65, 4_095, 4_096, 4_097, 65_535})
    void onlyMember(int size) {
        for (int member : new int[] {0, size / 2, size - 1}) {
            FreePorts ports = new FreePorts(size);
            ports.add(member);
            for (int from = 0; from <= size; from++) {
                assertEquals(member, ports.nextFrom(from));
            }
        }
    }

    @Test
    @DisplayName("counts a member once, however often it is added or removed")
    void idempotent() {
        FreePorts ports = FreePorts.full(3);
        ports.add(1);
        assertEquals(3, ports.count());
        ports.remove(1);
        ports.remove(1);
        assertEquals(2, ports.count());
    }

    @Test
    @DisplayName("has no next member when it is empty")
    void empty() {
        assertEquals(-1, new FreePorts(65_535).nextFrom(0));
        assertEquals(-1, new FreePorts(65_535).nextFrom(65_535));
    }

    private static int next(BitSet set, int from) {
        int found = set.nextSetBit(from);
        return found >= 0 ? found : set.nextSetBit(0);
    }
}
