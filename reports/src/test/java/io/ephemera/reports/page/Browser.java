package io.ephemera.reports.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.deque.html.axecore.results.Results;
import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A real browser without a window, of the system's own packages: nothing is downloaded. One is started for all tests of the module;
 * each test finds it on an empty page. Where there is none the test is skipped by that name, on a CI machine it fails.
 */
public final class Browser implements BeforeEachCallback {

    private @Nullable ExtensionContext context;
    private @Nullable ChromeDriver driver;

    private record Session(ChromeDriver driver) implements AutoCloseable {
        @Override
        public void close() {
            driver.quit();
        }
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        context = test;
        driver = null;
    }

    /** The browser itself, which is started only where a test wants it. */
    public ChromeDriver driver() {
        if (driver == null) {
            driver = Objects.requireNonNull(context)
                    .getRoot()
                    .getStore(ExtensionContext.Namespace.create(Browser.class))
                    .computeIfAbsent(Session.class, any -> new Session(start()), Session.class)
                    .driver;
            online(true).look("light").width(1280).open("about:blank");
            complaints();
        }
        return driver;
    }

    private static ChromeDriver start() {
        Path chromium = find("chromium", "chromium-browser", "google-chrome");
        Path chromeDriver = find("chromedriver");
        if (chromium == null || chromeDriver == null) {
            String missing = "there is no browser: chromium and chromedriver (Debian: chromium, chromium-driver)";
            if (System.getenv("CI") != null) {
                fail(missing + "; on a CI machine that is a failure");
            }
            Assumptions.abort(missing);
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage");
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromeDriver.toFile())
                .withLogFile(new File("target/chromedriver.log"))
                .build();
        return new ChromeDriver(service, options);
    }

    private static @Nullable Path find(String... names) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return Stream.of(names)
                .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Light or dark, as the system would ask for. */
    public Browser look(String scheme) {
        driver().executeCdpCommand(
                        "Emulation.setEmulatedMedia",
                        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        return this;
    }

    public Browser width(int pixels) {
        driver().executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of("width", pixels, "height", 900, "deviceScaleFactor", 1, "mobile", pixels < 600));
        driver().manage().window().setSize(new Dimension(pixels, 900));
        return this;
    }

    public Browser online(boolean online) {
        driver().executeCdpCommand("Network.enable", Map.of());
        driver().executeCdpCommand(
                        "Network.emulateNetworkConditions",
                        Map.of("offline", !online, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
        return this;
    }

    public Browser open(Path file) {
        return open(file.toUri().toString());
    }

    public Browser open(String address) {
        driver().get(address);
        return this;
    }

    /** The value of a JavaScript expression. */
    public Object value(String expression) {
        return Objects.requireNonNull(driver().executeScript("return " + expression), expression);
    }

    public double number(String expression) {
        return ((Number) value(expression)).doubleValue();
    }

    public boolean holds(String expression) {
        return (Boolean) value(expression);
    }

    public List<Double> numbers(String expression) {
        return ((List<?>) value(expression))
                .stream().map(each -> ((Number) each).doubleValue()).toList();
    }

    /** What the page said on the console, and every address that it asked for over a network. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        driver().manage().logs().get(LogType.BROWSER).forEach(entry -> complaints.add(entry.getMessage()));
        driver().manage().logs().get(LogType.PERFORMANCE).forEach(entry -> {
            String message = entry.getMessage();
            if (message.contains("\"Network.requestWillBeSent\"")
                    && message.matches("(?s).*\"url\":\"(https?|wss?):.*")) {
                complaints.add(message);
            }
        });
        return complaints;
    }

    /** Holds the page against axe's rules. */
    public void assertAccessible(String what) {
        Results results = new AxeBuilder().analyze(driver());
        List<String> violations = new ArrayList<>();
        for (Rule rule : results.getViolations()) {
            rule.getNodes()
                    .forEach(node ->
                            violations.add(rule.getId() + ": " + node.getHtml() + " " + node.getFailureSummary()));
        }
        assertEquals(List.of(), violations, what);
    }

    /** A picture of the whole page, for people to look at. */
    public void picture(Path file) throws IOException {
        Map<String, Object> shot = driver().executeCdpCommand(
                        "Page.captureScreenshot",
                        Map.of("captureBeyondViewport", true, "format", "png", "clip", clip()));
        byte[] png = OutputType.BYTES.convertFromBase64Png(String.valueOf(shot.get("data")));
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, png);
    }

    private Map<String, Object> clip() {
        long width = (long) number("document.documentElement.clientWidth");
        long height = (long) number("document.documentElement.scrollHeight");
        return Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
    }
}
