package dev.cairn.relay.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Range;
import picocli.CommandLine.TypeConversionException;

/// What a command is called, takes and says of itself, told to picocli in code.
///
/// Not by annotations: reading those makes the JDK generate and link a class for each kind of them, which no
/// start-up archive keeps, and took longer than all the rest of `cairn status`.
final class Shape {

    private static final int HELP_WIDTH = 110;

    /// Makes what picocli needs, which is nothing: the default one looks for Groovy in every jar.
    private static final IFactory FACTORY = new IFactory() {
        @Override
        public <K> K create(Class<K> type) throws ReflectiveOperationException {
            return type.getDeclaredConstructor().newInstance();
        }
    };

    private static final ITypeConverter<Long> WHOLE_NUMBER = given -> {
        try {
            return Long.valueOf(given);
        } catch (NumberFormatException _) {
            throw new TypeConversionException("expected a whole number, got " + Human.visible(given, 80));
        }
    };

    private final CommandSpec spec;

    private Shape(CommandSpec spec) {
        this.spec = spec;
        spec.usageMessage().width(HELP_WIDTH).sortOptions(false);
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
    }

    static Shape of(String name, Callable<Integer> action) {
        return new Shape(CommandSpec.wrapWithoutInspection(action, FACTORY).name(name));
    }

    Shape header(String line) {
        spec.usageMessage().header(line);
        return this;
    }

    Shape description(String... lines) {
        spec.usageMessage().description(lines);
        return this;
    }

    Shape footer(String heading, String... lines) {
        spec.usageMessage().footerHeading("%n" + heading + "%n").footer(lines);
        return this;
    }

    Shape hidden() {
        spec.usageMessage().hidden(true);
        return this;
    }

    Shape version(String line) {
        spec.version(line)
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Show the version.")
                        .build());
        return this;
    }

    Shape flag(Consumer<Boolean> field, String description, String... names) {
        return option(boolean.class, field, OptionSpec.builder(names), description);
    }

    Shape text(Consumer<String> field, String label, String description, String... names) {
        return option(String.class, field, OptionSpec.builder(names).paramLabel(label), description);
    }

    /// One of a few words; another one is refused with the list of them, and a completion script offers them.
    Shape oneOf(Consumer<String> field, List<String> words, String label, String description, String... names) {
        ITypeConverter<String> converter = given -> {
            if (!words.contains(given)) {
                throw new TypeConversionException(
                        "expected one of " + String.join(", ", words) + ", got " + Human.visible(given, 80));
            }
            return given;
        };
        OptionSpec.Builder option = OptionSpec.builder(names)
                .paramLabel(label)
                .converters(converter)
                .completionCandidates(words);
        return option(String.class, field, option, description);
    }

    /// May be given several times.
    Shape texts(Consumer<List<String>> field, String label, String description, String... names) {
        Consumer<String[]> list = given -> field.accept(List.of(given));
        return option(
                String[].class,
                list,
                OptionSpec.builder(names).paramLabel(label).arity("1"),
                description);
    }

    Shape number(Consumer<Long> field, String label, String description, String... names) {
        OptionSpec.Builder option = OptionSpec.builder(names).paramLabel(label).converters(WHOLE_NUMBER);
        return option(Long.class, field, option, description);
    }

    Shape path(Consumer<Path> field, String label, String description, String... names) {
        return option(Path.class, field, OptionSpec.builder(names).paramLabel(label), description);
    }

    /// May be given several times.
    Shape paths(Consumer<List<Path>> field, String label, String description, String... names) {
        Consumer<Path[]> list = given -> field.accept(List.of(given));
        return option(
                Path[].class, list, OptionSpec.builder(names).paramLabel(label).arity("1"), description);
    }

    /// The one parameter that is no option.
    Shape parameter(Consumer<Path> field, String label, String description) {
        return parameter(Path.class, field, "1", label, description);
    }

    /// Likewise, a word that may be left out.
    Shape word(Consumer<String> field, String label, String description) {
        return parameter(String.class, field, "0..1", label, description);
    }

    private <T> Shape parameter(Class<T> type, Consumer<T> field, String arity, String label, String description) {
        Binding<T> binding = new Binding<>(field);
        spec.addPositional(PositionalParamSpec.builder()
                .index(Range.valueOf("0"))
                .required(arity.equals("1"))
                .arity(arity)
                .type(type)
                .paramLabel(label)
                .description(description)
                .getter(binding)
                .setter(binding)
                .build());
        return this;
    }

    private <T> Shape option(Class<T> type, Consumer<T> field, OptionSpec.Builder option, String description) {
        Binding<T> binding = new Binding<>(field);
        spec.addOption(option.type(type)
                .description(description)
                .getter(binding)
                .setter(binding)
                .build());
        return this;
    }

    CommandLine line() {
        return new CommandLine(spec, FACTORY);
    }

    /// Hands a parsed value to a field, and remembers it for picocli, which adds to the values of a repeated
    /// option.
    private static final class Binding<T> implements IGetter, ISetter {

        private final Consumer<T> field;
        private @Nullable Object value;

        Binding(Consumer<T> field) {
            this.field = field;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // As picocli declares it.
        public <V extends @Nullable Object> @Nullable V get() {
            return (V) value;
        }

        @Override
        @SuppressWarnings("unchecked") // picocli gives what the option's type says.
        public <V extends @Nullable Object> @Nullable V set(V parsed) {
            V before = (V) value;
            value = parsed;
            if (parsed != null) {
                field.accept((T) parsed);
            }
            return before;
        }
    }
}
