package io.ephemera.ports;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Names that were meant. */
public final class Spelling {

    private Spelling() {}

    /** The middle of a sentence, {@code "the nearest is NAME; "}; empty where no name is spelled like the word, more or less. */
    public static String suggestion(String word, Collection<String> names) {
        return suggestion(word, names, "");
    }

    /** As {@link #suggestion(String, Collection)}, of names that all begin alike, as the word does, which makes none of them nearer. */
    public static String suggestion(String word, Collection<String> names, String beginning) {
        return nearest(word, names).stream()
                .filter(name -> distance(word, name) <= Math.max(1, (word.length() - beginning.length()) / 2))
                .map(name -> "the nearest is " + name + "; ")
                .findFirst()
                .orElse("");
    }

    /** The names, those that are spelled most like the word first: by insertions, deletions and replacements, whatever the case. */
    public static List<String> nearest(String word, Collection<String> names) {
        return names.stream()
                .sorted(Comparator.comparingInt(name -> distance(word, name)))
                .toList();
    }

    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] previous = IntStream.rangeClosed(0, b.length()).toArray();
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
