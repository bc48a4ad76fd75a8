package io.ephemera.cli.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Plays the chapters one after the other, each when its cue comes. */
final class Show {

    private final List<Act> acts;
    private final List<Audience> audiences;
    private final Cue cue;

    Show(List<Act> acts, List<Audience> audiences, Cue cue) {
        this.acts = List.copyOf(acts);
        this.audiences = List.copyOf(audiences);
        this.cue = cue;
    }

    /** What the chapters came to: all of them, or those before the one at which the show was ended. */
    List<Chapter> play() throws IOException, InterruptedException {
        List<Chapter> played = new ArrayList<>();
        Audience all = new Audience() {
            @Override
            public void sees(Scene scene) {
                audiences.forEach(audience -> audience.sees(scene));
            }

            @Override
            public void seesLast(Scene scene) {
                audiences.forEach(audience -> audience.seesLast(scene));
            }
        };
        for (Act act : acts) {
            if (!played.isEmpty() && !cue.await()) {
                break;
            }
            played.add(act.play(new Act.Frame(played.size() + 1, acts.size(), all)));
        }
        return played;
    }
}
