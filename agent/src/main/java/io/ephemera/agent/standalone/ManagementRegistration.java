package io.ephemera.agent.standalone;

import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;

/**
 * Offers the pool to JMX. It waits until the application, or a JMX client that attaches, has created an MBean server: created
 * from here it would be too early for the builder and the log manager that the application may bring.
 */
final class ManagementRegistration {

    private static final String NAME = "io.ephemera:type=PortPool";

    private final Reporter reporter;
    private boolean registered;

    ManagementRegistration(Reporter reporter) {
        this.reporter = reporter;
    }

    void registerOnceThereIsAServer() {
        if (registered) {
            return;
        }
        List<MBeanServer> servers = MBeanServerFactory.findMBeanServer(null);
        for (MBeanServer server : servers) {
            try {
                server.registerMBean(reporter, new ObjectName(NAME));
                registered = true;
            } catch (JMException e) {
                registered = true;
                StandaloneAgent.say("JMX shows nothing of the pool: " + e);
            }
        }
    }
}
