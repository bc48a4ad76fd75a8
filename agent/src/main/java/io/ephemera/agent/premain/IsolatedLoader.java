package io.ephemera.agent.premain;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.ProtectionDomain;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Loads the agent and its libraries from the folder {@code isolated/} of the agent's jar. Its parent is the platform's class
 * loader: the agent does not see the application's classes, nor the application the agent's.
 */
final class IsolatedLoader extends ClassLoader {

    static {
        registerAsParallelCapable();
    }

    private static final String FOLDER = "isolated/";

    private final JarFile jar;
    private final URL location;
    private final ProtectionDomain domain;

    /**
     * Opens the jar itself, since through the class loader each class would be looked for in all of the class path first.
     *
     * @param visible a class that the JVM loaded from the agent's jar
     */
    IsolatedLoader(Class<?> visible) throws IOException, URISyntaxException {
        super("ephemera-agent", ClassLoader.getPlatformClassLoader());
        domain = visible.getProtectionDomain();
        location = domain.getCodeSource().getLocation();
        File file = new File(location.toURI());
        if (!file.isFile()) {
            throw new IOException("the agent's classes were found in " + file
                    + " before those of its jar; take that off" + " the application's class path");
        }
        jar = new JarFile(file);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        JarEntry entry = jar.getJarEntry(entry(name.replace('.', '/') + ".class"));
        if (entry == null) {
            throw new ClassNotFoundException(name);
        }
        try (InputStream in = jar.getInputStream(entry)) {
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length, domain);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    @Override
    protected @Nullable URL findResource(String name) {
        if (jar.getJarEntry(entry(name)) == null) {
            return null;
        }
        try {
            return new URL("jar:" + location + "!/" + entry(name));
        } catch (MalformedURLException e) {
            return null;
        }
    }

    /** Under another extension, tools that scan the class path do not take them for misplaced classes. */
    private static String entry(String name) {
        return FOLDER + (name.endsWith(".class") ? name + "data" : name);
    }
}
