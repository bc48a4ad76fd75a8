package io.ephemera.examples;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** {@code DriverManager} makes a TCP connection for each statement, and the PostgreSQL driver ends it with a FIN of its own. */
public final class Example5Jdbc implements Calls {

    private final String url;

    public Example5Jdbc(String url) {
        this.url = url;
    }

    @Override
    public void leaking(int calls) throws SQLException {
        for (int i = 0; i < calls; i++) {
            try (Connection connection = connect()) {
                push(connection);
            }
        }
    }

    /** One connection for all calls; an application would take it from a pool of connections. */
    @Override
    public void mended(int calls) throws SQLException {
        try (Connection connection = connect()) {
            for (int i = 0; i < calls; i++) {
                push(connection);
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, "crm", "");
    }

    private static void push(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("update invoice set pushed = true");
        }
    }
}
