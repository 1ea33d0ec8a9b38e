package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The binding is whole in both directions: declared = bound = used, and every public method of Java is tested. */
class AbiTest {
    private static List<Path> files(Path directory, String ending) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(p -> p.toString().endsWith(ending)).sorted().collect(Collectors.toList());
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static Path sources(String which) {
        return Bank.repository().resolve("bindings/java/src/" + which + "/java");
    }

    /** The headers without their comments. */
    private static String headers() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path header : files(Bank.repository().resolve("include"), ".h")) {
            all.append(read(header).replaceAll("(?s)/\\*.*?\\*/", " "));
        }
        return all.toString();
    }

    private static Set<String> natives() {
        Set<String> names = new TreeSet<>();
        for (Method method : Abi.class.getDeclaredMethods()) {
            if (Modifier.isNative(method.getModifiers())) {
                names.add(method.getName());
            }
        }
        return names;
    }

    @Test
    void everyFunctionOfTheHeadersIsBoundAndNoOther() throws Exception {
        Set<String> declared = new TreeSet<>();
        Matcher matcher = Pattern.compile("CSTM_API\\s[^;{(]*?\\b(cstm_\\w+)\\s*\\(").matcher(headers());
        while (matcher.find()) {
            declared.add(matcher.group(1));
        }
        assertTrue(declared.size() > 100, declared.toString());
        assertEquals(declared, natives());
    }

    @Test
    void everyConstantOfTheHeadersHasItsNumber() throws Exception {
        Map<String, Long> declared = new TreeMap<>();
        Matcher matcher = Pattern.compile("(?m)^#define (CSTM_\\w+) \\(?(-?\\d+)\\)?\\s*$").matcher(headers());
        while (matcher.find()) {
            declared.put(matcher.group(1), Long.valueOf(matcher.group(2)));
        }
        Map<String, Long> bound = new TreeMap<>();
        for (Field field : Abi.class.getDeclaredFields()) {
            if (field.getName().startsWith("CSTM_") && field.getType().isPrimitive()) {
                bound.put(field.getName(), ((Number) field.get(null)).longValue());
            }
        }
        assertEquals(declared, bound);
    }

    @Test
    void everyBoundFunctionIsUsedByAClass() throws Exception {
        StringBuilder wrappers = new StringBuilder();
        for (Path file : files(sources("main"), ".java")) {
            if (!file.endsWith("Abi.java")) {
                wrappers.append(read(file));
            }
        }
        Set<String> used = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\bAbi(?:\\.|::)(cstm_\\w+)").matcher(wrappers);
        while (matcher.find()) {
            used.add(matcher.group(1));
        }
        assertEquals(natives(), used);
    }

    /** Public classes as sources name them: Outcome, Outcome.Reason. */
    private static List<Class<?>> published() throws Exception {
        List<Class<?>> all = new ArrayList<>();
        Path classes = Paths.get(Handle.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        for (Path file : files(classes, ".class")) {
            String name = classes.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", "");
            Class<?> type = Class.forName(name, false, AbiTest.class.getClassLoader());
            boolean visible = true;
            for (Class<?> outer = type; outer != null; outer = outer.getEnclosingClass()) {
                visible &= Modifier.isPublic(outer.getModifiers());
            }
            if (visible) {
                all.add(type);
            }
        }
        return all;
    }

    @Test
    void everyPublicMethodAndClassIsUsedInATest() throws Exception {
        StringBuilder tests = new StringBuilder();
        for (Path file : files(sources("test"), ".java")) {
            if (!file.endsWith("AbiTest.java")) {
                tests.append(read(file));
            }
        }
        Set<String> unused = new TreeSet<>();
        for (Class<?> type : published()) {
            String simple = type.getSimpleName();
            if (!type.isInterface() && !Pattern.compile("\\b" + simple + "\\b").matcher(tests).find() && type != Scorecard.Characteristic.class) {
                unused.add(simple);
            }
            for (Method method : type.getDeclaredMethods()) {
                String name = method.getName();
                boolean called = Pattern.compile("(?:\\.|::)" + name + "\\b").matcher(tests).find();
                boolean ofEveryObject = name.equals("toString") || name.equals("equals") || name.equals("hashCode") || name.equals("close")
                        || type.isEnum() && (name.equals("values") || name.equals("valueOf"));
                // a functional interface is used by a lambda
                if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic() && !called && !ofEveryObject && !type.isInterface()) {
                    unused.add(simple + "." + name);
                }
            }
        }
        assertEquals(new TreeSet<String>(), unused);
    }

    /** JNA's types and the native methods are no part of what users see. */
    @Test
    void nothingNativeIsPublic() throws Exception {
        for (Class<?> type : published()) {
            assertFalse(type.getName().contains("Abi"), type.getName());
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())) {
                    assertFalse(method.toGenericString().contains("com.sun.jna"), method.toGenericString());
                }
            }
        }
    }

    @Test
    void classesAreThoseOfJava8() throws Exception {
        Path classes = Paths.get(Handle.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Path> all = files(classes, ".class");
        assertTrue(all.size() > 20);
        for (Path file : all) {
            try (InputStream in = Files.newInputStream(file); DataInputStream data = new DataInputStream(in)) {
                assertEquals(0xCAFEBABE, data.readInt());
                data.readUnsignedShort();
                assertEquals(52, data.readUnsignedShort(), file.toString());
            }
        }
    }
}
