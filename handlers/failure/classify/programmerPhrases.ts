/**
 * Phrases of defects and crashes: what a programmer has to mend. They come first: `Cannot read properties of undefined
 * (reading 'timeout')` is no timeout.
 */
import { anyOf, type PhraseRule } from "./phrases.ts"

const unknown = (id: string, pattern: RegExp): PhraseRule => ({ id, class: "Unknown", pattern })

/** Phrases of defects and crashes. */
export const programmerPhrases: ReadonlyArray<PhraseRule> = [
  unknown(
    "defect.java",
    /^(?:Exception in thread \S{1,40} )?java\.lang\.(?!Exception|RuntimeException|IllegalArgument|NumberFormat|InterruptedException|SecurityException|Error\b)\w{3,60}(?:Error|Exception)\b|^kotlin\.\w{3,60}Exception\b/
  ),
  unknown(
    "defect.javascript",
    anyOf([
      /\b(?:is not a (?:function|constructor)|Return value must be of type)/,
      /\b(?:requires atomic operators|is not iterable|Cannot (?:read|set) propert)/,
      /\b(?:Cannot access '|Cannot destructure|Cannot convert undefined|Cannot mix BigInt)/,
      /\b(?:Assignment to constant variable|Maximum call stack size)/,
      /\b(?:Converting circular structure|Cannot use 'in' operator|Reduce of empty array)/,
      /\b(?:object null is not|called on null or undefined|Invalid (?:array|string) length)/,
      /\b(?:Illegal invocation|Class constructor .{1,80} cannot be invoked)/,
      /\b(?:Missing initializer in|Cannot use import statement|require is not defined)/,
      /\b(?:Do not know how to serialize a BigInt|Private field '|await is only valid)/,
      /\b(?:before initialization|is not extensible|Invalid time value|Invalid count value)/,
      /\b(?:argument must be (?:of type|one of type|an instance of)|digits argument must)/,
      /\b(?:precision argument|Argument #\d|must be of type \S{1,60}, \S{1,60} given)/,
      /\b(?:Too few arguments to function|Cannot assign to read only)/
    ])
  ),
  unknown("defect.reference", /(?:^|\s|: )\S{1,128} is not defined\b|\b(?:is read-only|has already been declared)\b/),
  unknown(
    "defect.module",
    anyOf([
      /Cannot find (?:module|package)|No module named|Unable to import module|cannot import name/,
      /Could not load file or assembly|Could not find or load main class|NoClassDefFoundError/,
      /ClassNotFoundException|ModuleNotFoundError|ImportModuleError|cannot load such file/,
      /shared object file|undefined symbol|GLIBC_|Error relocating|No such built-in module/,
      /ERR_MODULE_NOT_FOUND|Class "[^"\n]{1,128}" not found|Class '[^'\n]{1,128}' not found/,
      /does not provide an export named|Class not found:|ERR_REQUIRE_ESM|require\(\) of ES Module/
    ])
  ),
  unknown(
    "defect.esm",
    anyOf([
      /SyntaxError: Unexpected token '?(?:export|import|\)|\?|\.|=>)/,
      /SyntaxError: (?:Unexpected token '?[^' \n]{1,6}'?(?:\n|$)|Unexpected identifier)/,
      /SyntaxError: (?:Unexpected reserved word|Invalid or unexpected token|missing \) after)/,
      /SyntaxError: (?:invalid syntax|Identifier '|Unexpected strict mode|Illegal return)/,
      /SyntaxError: (?:Invalid regular expression|Unexpected eof)|\bIndentationError\b/,
      /UserCodeSyntaxError/
    ])
  ),
  unknown(
    "defect.python",
    anyOf(
      [
        /\b(?:object has no attribute|has no attribute '|'NoneType' object)/,
        /\b(?:object is not (?:subscriptable|callable|iterable)|is not JSON serializable)/,
        /\b(?:(?:list|tuple|string|pop|bytearray) index out of range|list assignment index)/,
        /\b(?:referenced before assignment|is not associated with a value)/,
        /\b(?:unsupported operand type|got an unexpected keyword argument)/,
        /\b(?:missing \d{1,2} required positional argument|takes \d{1,2} positional arguments?)/,
        /\b(?:takes from \d|maximum recursion depth|wrong number of arguments \()/,
        /\b(?:stack depth limit|division by zero|too many values to unpack)/,
        /\b(?:not enough values to unpack|unhashable type|name '[^'\n]{1,80}' is not defined)/,
        /\b(?:must be str, not|can only concatenate|not supported between instances of)/,
        /\b(?:pop from (?:an )?empty|dictionary changed size|generator already executing)/,
        /\b(?:coroutine .{1,80} was never awaited|event loop is (?:closed|already running))/,
        /\bindices must be (?:integers|slices)/
      ],
      "i"
    )
  ),
  unknown(
    "defect.null",
    anyOf([
      /Object reference not set to an instance|\bNullPointer|nil pointer dereference/,
      /invalid memory address|for nil:NilClass|for nil\b|undefined method [`']|undefined local variable/,
      /uninitialized constant|on null$|on null\b.{0,40}$|member function \S{1,80} on|(?:of|on) null\b/,
      /Null check operator|null reference|because (?:the return value of )?["<].{1,200} is null/
    ])
  ),
  unknown(
    "defect.bounds",
    anyOf(
      [
        /\b(?:IndexOutOfBounds|ArrayIndexOutOfBounds|StringIndexOutOfBounds)/,
        /\b(?:Index was outside the bounds|slice bounds out of range|index out of range \[)/,
        /\b(?:Index \d{1,9} out of bounds|Sequence contains (?:no|more than one))/,
        /\b(?:No value present|given key .{0,200}was not present|key not found: :)/,
        /\b(?:Undefined (?:array key|index|variable|offset|property)|Index was out of range)/,
        /\b(?:Collection was modified|len is \d{1,9} but the index is)/
      ],
      "i"
    )
  ),
  unknown(
    "defect.cast",
    anyOf([
      /\b(?:cannot be cast to|Unable to cast object|interface conversion|Unable to cast)\b/,
      /\b(?:No implicit conversion|no implicit conversion of|Attempted to (?:divide|access))\b/,
      /\b(?:divide(?:d)? by (?:zero|0)|\/ by zero|assignment to entry in nil map)\b/,
      /\b(?:send on closed channel|all goroutines are asleep|concurrent map)\b/
    ])
  ),
  unknown(
    "defect.assertion",
    anyOf(
      [
        /\b(?:AssertionError|Expected (?:values to be|inputs to be|"actual"))\b/,
        /\b(?:expression evaluated to a falsy|AssertionFailed)\b/,
        /\b(?:assertion [`'"]?[^\n]{0,120} ?failed|assertion failed)\b/,
        /\b(?:invariant (?:broken|violat|failed)|Invariant Violation|unreachable code)\b/,
        /\b(?:should never happen|ERR_ASSERTION)\b|\bpanicked at\b/,
        /^panic: (?!.{0,200}(?:connection refused|timeout|deadline))/
      ],
      "i"
    )
  ),
  unknown(
    "crash.memory",
    anyOf([
      /heap out of memory|\bOutOfMemory|OutOfMemoryError|Java heap space|GC overhead limit|Metaspace/,
      /std::bad_alloc|MemoryError|memory allocation of \d{1,20} bytes failed|Allowed memory size/,
      /Cannot allocate memory|Reached heap limit|Insufficient memory to continue|FatalError: memory/
    ])
  ),
  unknown(
    "crash.process",
    anyOf([
      /\bRuntime exited (?:with error|without)\b/,
      /\bsignal: (?:killed|aborted|segmentation fault|bus error|illegal instruction|trace)\b/,
      /\b(?:Process exited before completing|exit status \d{1,3}|exited with (?:code|status))\b/,
      /\b(?:Segmentation fault|core dumped|SIG(?:SEGV|KILL|ABRT|BUS|ILL|TERM)|StackOverflow)\b/,
      /\b(?:stack overflow|exec format error|fork\/exec)\b|FATAL ERROR: |goroutine stack exceeds/,
      /handler is undefined or not exported|\bHandler '[^'\n]{1,128}' (?:missing|not found)/,
      /Couldn't find valid bootstrap|entrypoint|Class not found/
    ])
  ),
  unknown(
    "defect.sql",
    anyOf([
      /\b(?:relation|table or view|column|function|table) (?:does not exist|doesn't exist)\b/,
      /\b(?:database|schema|type|view|procedure|operator) (?:does not exist|doesn't exist)\b/,
      /\bTable '[^'\n]{1,128}' (?:does not exist|doesn't exist)\b/,
      /\bdatabase ['"][^'"\n]{1,128}['"] (?:does not exist|doesn't exist)\b/,
      /\b(?:relation|column|function|schema|database|type|table) "?[^\s"\n]{1,128}(?:\([^)\n]{0,128}\))?"?(?: of relation "[^"\n]{1,128}")? (?:does not exist|doesn't exist)\b/
    ])
  ),
  unknown(
    "defect.sql-syntax",
    anyOf(
      [
        /\b(?:syntax error at or near|error in your SQL syntax|Unknown column)\b/,
        /\b(?:Invalid (?:object|column) name|no such (?:table|column|function))\b/,
        /\b(?:Incorrect syntax near|near "[^"\n]{0,80}": syntax error)\b/,
        /\b(?:table or view does not exist|invalid identifier|missing FROM-clause)\b/,
        /\b(?:has no column named|Unknown table|Unknown database|bind message supplies)\b/,
        /\b(?:number of (?:bound variables|field values)|Column count doesn't match)\b/,
        /\b(?:current transaction is aborted|unsupported frontend protocol)\b/,
        /\b(?:commands ignored until end|ambiguous column)\b/,
        /\b(?:column reference .{1,80} is ambiguous|Could not find stored procedure)\b/,
        /\b(?:Must declare the scalar variable|supplied \d{1,4} values? for)\b/,
        /\bhas \d{1,4} columns but \d{1,4} values\b/,
        /\bprepared statement "[^"\n]{0,80}" (?:already exists|does not exist)\b/,
        /\b(?:missing (?:right|left) parenthesis|SQL command not properly ended)\b/,
        /\b(?:not a GROUP BY expression|no results to fetch|no rows in result set|PLS-\d{5})\b/,
        /\b(?:must appear in the GROUP BY|could not determine data type|expects parameter '@)\b/,
        /\b(?:prepared statement needs|Parameter index out of range)\b/,
        /\b(?:No value specified for parameter|Incorrect number of bindings)\b/
      ],
      "i"
    )
  ),
  unknown(
    "defect.unimplemented",
    anyOf(
      [
        /\b(?:not implemented|unimplemented|NotImplemented|UnsupportedOperation)\b/,
        /\b(?:UnsupportedVersion|unknown (?:service|method|command|operation|subcommand))\b/,
        /\b(?:No qualifying bean|Error creating bean|No handler (?:found|registered))\b/,
        /\b(?:does not support the requested|AbstractMethodError|NoSuchMethod|NoSuchField)\b/,
        /\bis not supported (?:on this platform|by this)\b|\bUnimplemented\b|no such command/,
        /command not found|Region is missing|must specify a region|NoRegionError|lateinit property/,
        /must be subscribed|Unable to resolve service for type|type initializer for/,
        /json: unsupported (?:type|value)|no \w{1,40} in java\.library\.path|UnsatisfiedLink|no Session$/,
        /LazyInitialization|ImproperlyConfigured|Failed to load ApplicationContext/,
        /Cannot access a disposed object|\bMatchError\b|unknown encoding: /,
        /(?:topic|queue|bucket|stream|exchange|log group|specified \w{1,16}) (?:does not|doesn't) exist/,
        /Requested resource not found/
      ],
      "i"
    )
  ),
  unknown(
    "defect.files",
    anyOf([
      /\b(?:ENOENT|EISDIR|ENOTDIR|EMFILE|ENFILE)\b|No such file or directory(?!.{0,80}(?:sock|server))/,
      /executable file not found|too many open files|TemplateNotFound|FileNotFound|Could not find file/
    ])
  ),
  unknown(
    "defect.headers-sent",
    anyOf(
      [
        /Cannot set headers after|write after end|Callback was already called/,
        /already been (?:read|consumed|released|called)/,
        /Cannot (?:perform|use) .{0,40} (?:detached|closed) (?:ArrayBuffer|object)/
      ],
      "i"
    )
  )
]
