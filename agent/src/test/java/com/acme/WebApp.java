package com.acme;

import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A Spring Boot application that calls another service, without keep-alive, for each request of its own. */
@SpringBootApplication
@RestController
public class WebApp {

    private static InetSocketAddress crm = new InetSocketAddress(0);

    /** Answers when the other service has taken the call. */
    @GetMapping("/invoice")
    public String invoice() throws Exception {
        CrmClient.push(crm);
        return "pushed";
    }

    public static void main(String[] arguments) throws Exception {
        crm = CrmServer.start();
        try (ConfigurableApplicationContext context = SpringApplication.run(
                WebApp.class, "--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off")) {
            int port = ((ServletWebServerApplicationContext) context)
                    .getWebServer()
                    .getPort();
            for (int i = 0; i < 7; i++) {
                HttpURLConnection call = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/invoice")
                        .toURL()
                        .openConnection();
                int status = call.getResponseCode();
                String body =
                        status == 200 ? new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8) : "";
                System.out.println("answer " + status + " " + body);
            }
        }
    }
}
