package io.ephemera.reports;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A process that records until it is killed. */
final class EndlessRecorder {

    private EndlessRecorder() {}

    public static void main(String[] args) throws Exception {
        SyntheticRun run = SyntheticRun.asPredicted();
        ProcessHandle self = ProcessHandle.current();
        run.pid = self.pid();
        run.startedAt = self.info().startInstant().orElseThrow();
        // Nobody reads on: the killed process must not leave a file that grows for ever if the test dies first.
        long most = 1_000_000;
        try (RecordingWriter writer = RecordingWriter.create(Path.of(args[0]), run.plan())) {
            for (long index = 0; index < most; index++) {
                writer.slice(new Slice(
                        index,
                        List.of(new Slice.StepCalls(0, 1, 0, Map.of(), 1, 0, new Slice.Responses(Map.of(), Map.of()))),
                        null));
                if (index == 10) {
                    System.out.println("written");
                }
            }
        }
    }
}
