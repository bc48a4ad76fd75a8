package com.acme;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Properties;
import java.util.TreeSet;
import java.util.logging.LogManager;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Does what its arguments say, one after the other, and ends. */
public final class CrmApp {

    /** A log manager that an application brings, as application servers do. */
    public static final class OwnLogManager extends LogManager {}

    private CrmApp() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("main begins");
        InetSocketAddress crm = CrmServer.start();
        for (String argument : arguments) {
            String[] words = argument.split(" ", -1);
            switch (words[0]) {
                case "calls" -> System.out.println("refusals: " + CrmClient.calls(crm, Integer.parseInt(words[1])));
                case "classes" -> seeNoClassOf(words);
                case "surroundings" -> surroundings();
                case "logging" -> logging();
                case "jmx" -> jmx();
                case "hold" -> hold(crm);
                case "child" -> child();
                case "line" -> {
                    System.out.println("waits for a line");
                    System.out.println("read: " + System.in.read());
                }
                default -> throw new IllegalArgumentException(argument);
            }
        }
        System.out.println("main ends");
    }

    private static void seeNoClassOf(String[] words) {
        for (int i = 1; i < words.length; i++) {
            try {
                Class<?> found = Class.forName(words[i]);
                System.out.println("sees " + found);
            } catch (ClassNotFoundException e) {
                System.out.println("does not see " + words[i]);
            }
        }
    }

    /** What an agent might change: the properties, the class path, the resources, the providers. */
    private static void surroundings() throws IOException {
        Properties properties = System.getProperties();
        for (String name : new TreeSet<>(properties.stringPropertyNames())) {
            if (!name.startsWith("java.vm.") && !name.equals("sun.java.command") && !name.equals("jdk.debug")) {
                System.out.println("property " + name + "=" + properties.getProperty(name));
            }
        }
        for (String resource : new String[] {"META-INF/services/java.sql.Driver", "META-INF/LICENSE", "profiles", ""}) {
            System.out.println("resource " + resource + " "
                    + Collections.list(ClassLoader.getSystemResources(resource)).size());
        }
        System.out.println(
                "context " + Thread.currentThread().getContextClassLoader().getClass());
    }

    private static void logging() {
        System.setProperty("java.util.logging.manager", OwnLogManager.class.getName());
        System.out.println(
                "log manager: " + LogManager.getLogManager().getClass().getSimpleName());
    }

    private static void jmx() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName("io.ephemera:type=PortPool");
        while (!server.isRegistered(name)) {
            Thread.onSpinWait();
        }
        System.out.println("jmx: " + server.getAttribute(name, "OpenedConnections") + " opened, "
                + server.getAttribute(name, "RefusedConnections") + " refused, "
                + server.getAttribute(name, "TimeWaitPorts") + " in TIME_WAIT");
        System.out.println("jmx: " + server.getAttribute(name, "Headline"));
        System.out.println("jmx: " + server.getAttribute(name, "BurnedShareByOpener"));
        System.out.println(server.invoke(name, "report", null, null));
    }

    /** Ends with a child that has a connection of its own. */
    private static void child() throws IOException {
        Process child = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrmApp.class.getName(),
                        "hold",
                        "line")
                .start();
        BufferedReader out = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.startsWith("holds ")) {
            line = out.readLine();
        }
        System.out.println("child: " + line);
        // It reads the end of its input, and so its own, when this JVM is gone.
    }

    private static void hold(InetSocketAddress crm) throws IOException {
        Socket socket = new Socket();
        socket.connect(crm);
        System.out.println("holds " + socket.getLocalPort());
    }
}
