package io.ephemera.simulations;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

@DisplayName("mvn gatling:test")
class PomTest {

    @ParameterizedTest(name = "takes {0} from {1}, so that what the command line says is heard")
    @CsvSource({
        "//plugin/configuration/simulationClass, ${gatling.simulationClass}",
        "/project/properties/gatling.simulationClass, io.ephemera.simulations.${simulation}",
        "/project/properties/simulation, KeepAliveOff"
    })
    void heard(String path, String value) throws Exception {
        Document pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile());
        assertEquals(value, XPathFactory.newInstance().newXPath().evaluate(path, pom));
    }
}
