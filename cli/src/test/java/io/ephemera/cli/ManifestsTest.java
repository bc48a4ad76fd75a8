package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The classes are made from the API's description: what they have no member for is no part of it. */
@DisplayName("The manifests in deploy")
class ManifestsTest {

    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Pattern EACH = Pattern.compile("(?s)\\{\\{- range .Values.settings }}.*?\\{\\{- end }}\\R");
    private static final Pattern VALUE = Pattern.compile("\\{\\{ \\.(Values|Chart|Release)\\.(\\w+) }}");

    private static <T> T read(Class<T> type, String yaml) throws IOException {
        T manifest = YAML.readValue(yaml, type);
        List<String> unknown = new ArrayList<>();
        unknown("", YAML.readTree(yaml), YAML.valueToTree(manifest), unknown);
        assertEquals(List.of(), unknown);
        return manifest;
    }

    /** A class keeps what it does not know, and writes it; so each member must be there when what is unknown is thrown away. */
    private static void unknown(String at, JsonNode given, JsonNode known, List<String> unknown) {
        if (given.isObject()) {
            given.properties().forEach(member -> {
                JsonNode value = known.get(member.getKey());
                if (value == null) {
                    unknown.add(at + "/" + member.getKey());
                } else {
                    unknown(at + "/" + member.getKey(), member.getValue(), value, unknown);
                }
            });
        }
    }

    @Test
    @DisplayName("of Kustomize are a Job and a claim that the API knows, whose pods take their share by their number")
    void kustomize() throws IOException {
        Path folder = DEPLOY.resolve("kustomize");
        JsonNode kustomization =
                YAML.readTree(folder.resolve("kustomization.yaml").toFile());
        assertEquals(
                "[\"runs.yaml\",\"job.yaml\"]", kustomization.get("resources").toString());
        PersistentVolumeClaim claim = read(PersistentVolumeClaim.class, Files.readString(folder.resolve("runs.yaml")));
        assertEquals(List.of("ReadWriteMany"), claim.getSpec().getAccessModes());
        Job job = read(Job.class, Files.readString(folder.resolve("job.yaml")));
        assertEquals(
                claim.getMetadata().getName(),
                job.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getVolumes()
                        .get(0)
                        .getPersistentVolumeClaim()
                        .getClaimName());
        check(job);
    }

    @Test
    @DisplayName("of Helm are the same Job, with its default values put in")
    void helm() throws IOException {
        Path chart = DEPLOY.resolve("helm/ephemera");
        JsonNode values = YAML.readTree(chart.resolve("values.yaml").toFile());
        JsonNode about = YAML.readTree(chart.resolve("Chart.yaml").toFile());
        assertEquals("v2", about.get("apiVersion").asText());
        String template = Files.readString(chart.resolve("templates/job.yaml"));
        assertEquals(0, values.get("settings").size());
        Matcher each = VALUE.matcher(EACH.matcher(template).replaceAll(""));
        String manifest = each.replaceAll(found -> switch (found.group(1)) {
            case "Values" -> values.get(found.group(2)).asText();
            case "Chart" -> about.get("appVersion").asText();
            default -> "ephemera";
        });
        assertTrue(!manifest.contains("{{"), manifest);
        Job job = read(Job.class, manifest);
        check(job);
        String kustomized = Files.readString(DEPLOY.resolve("kustomize/job.yaml"));
        assertEquals(kustomized.replace("image: ephemera", "image: ephemera:0.1.0"), manifest);
    }

    private static void check(Job job) {
        assertEquals("Indexed", job.getSpec().getCompletionMode());
        assertEquals(job.getSpec().getCompletions(), job.getSpec().getParallelism());
        Container container =
                job.getSpec().getTemplate().getSpec().getContainers().get(0);
        assertTrue(container
                .getArgs()
                .contains("--share=$(JOB_COMPLETION_INDEX)/" + job.getSpec().getCompletions()));
        assertTrue(container.getSecurityContext().getReadOnlyRootFilesystem());
        assertEquals(
                List.of("JOB_NAME", "CI"),
                container.getEnv().stream().map(EnvVar::getName).toList());
        // What the pod is told is what the command line takes.
        List<String> arguments = new ArrayList<>(container.getArgs());
        arguments.replaceAll(
                argument -> argument.replace("$(JOB_COMPLETION_INDEX)", "0").replace("--rates=40,60", "--rates=60,40"));
        Ran ran = Ran.ephemera(arguments);
        assertEquals(2, ran.exitCode());
        assertTrue(ran.err().contains("--rates=60,40: rates rise"), ran.err());
    }
}
