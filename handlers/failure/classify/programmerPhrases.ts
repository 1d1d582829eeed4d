/**
 * Phrases of defects and crashes: what a programmer has to mend. They come first: `Cannot read properties of undefined
 * (reading 'timeout')` is no timeout.
 */
import type { PhraseRule } from "./codeTable.ts"

const unknown = (id: string, pattern: RegExp): PhraseRule => ({ id, class: "Unknown", pattern })

/** Phrases of defects and crashes. */
export const programmerPhrases: ReadonlyArray<PhraseRule> = [
  unknown(
    "defect.java",
    /^(?:Exception in thread \S{1,40} )?java\.lang\.(?!Exception|RuntimeException|IllegalArgument|NumberFormat|InterruptedException|SecurityException|Error\b)\w{3,60}(?:Error|Exception)\b|^kotlin\.\w{3,60}Exception\b/
  ),
  unknown(
    "defect.javascript",
    /\b(?:is not a (?:function|constructor)|Return value must be of type|requires atomic operators|is not iterable|Cannot (?:read|set) propert|Cannot access '|Cannot destructure|Cannot convert undefined|Cannot mix BigInt|Assignment to constant variable|Maximum call stack size|Converting circular structure|Cannot use 'in' operator|Reduce of empty array|object null is not|called on null or undefined|Invalid (?:array|string) length|Illegal invocation|Class constructor .{1,80} cannot be invoked|Missing initializer in|Cannot use import statement|require is not defined|Do not know how to serialize a BigInt|Private field '|await is only valid|before initialization|is not extensible|Invalid time value|Invalid count value|argument must be (?:of type|one of type|an instance of)|digits argument must|precision argument|Argument #\d|must be of type \S{1,60}, \S{1,60} given|Too few arguments to function|Cannot assign to read only)/
  ),
  unknown("defect.reference", /(?:^|\s|: )\S{1,128} is not defined\b|\b(?:is read-only|has already been declared)\b/),
  unknown(
    "defect.module",
    /Cannot find (?:module|package)|No module named|Unable to import module|cannot import name|Could not load file or assembly|Could not find or load main class|NoClassDefFoundError|ClassNotFoundException|ModuleNotFoundError|ImportModuleError|cannot load such file|shared object file|undefined symbol|GLIBC_|Error relocating|No such built-in module|ERR_MODULE_NOT_FOUND|Class "[^"\n]{1,128}" not found|Class '[^'\n]{1,128}' not found|does not provide an export named|Class not found:|ERR_REQUIRE_ESM|require\(\) of ES Module/
  ),
  unknown(
    "defect.esm",
    /SyntaxError: (?:Unexpected token '?(?:export|import|\)|\?|\.|=>)|Unexpected token '?[^' \n]{1,6}'?(?:\n|$)|Unexpected identifier|Unexpected reserved word|Invalid or unexpected token|missing \) after|invalid syntax|Identifier '|Unexpected strict mode|Illegal return|Invalid regular expression|Unexpected eof)|\bIndentationError\b|UserCodeSyntaxError/
  ),
  unknown(
    "defect.python",
    /\b(?:object has no attribute|has no attribute '|'NoneType' object|object is not (?:subscriptable|callable|iterable)|is not JSON serializable|(?:list|tuple|string|pop|bytearray) index out of range|list assignment index|referenced before assignment|is not associated with a value|unsupported operand type|got an unexpected keyword argument|missing \d{1,2} required positional argument|takes \d{1,2} positional arguments?|takes from \d|maximum recursion depth|wrong number of arguments \(|stack depth limit|division by zero|too many values to unpack|not enough values to unpack|unhashable type|name '[^'\n]{1,80}' is not defined|must be str, not|can only concatenate|not supported between instances of|pop from (?:an )?empty|dictionary changed size|generator already executing|coroutine .{1,80} was never awaited|event loop is (?:closed|already running)|indices must be (?:integers|slices))/i
  ),
  unknown(
    "defect.null",
    /Object reference not set to an instance|\bNullPointer|nil pointer dereference|invalid memory address|for nil:NilClass|for nil\b|undefined method [`']|undefined local variable|uninitialized constant|on null$|on null\b.{0,40}$|member function \S{1,80} on|(?:of|on) null\b|Null check operator|null reference|because (?:the return value of )?["<].{1,200} is null/
  ),
  unknown(
    "defect.bounds",
    /\b(?:IndexOutOfBounds|ArrayIndexOutOfBounds|StringIndexOutOfBounds|Index was outside the bounds|slice bounds out of range|index out of range \[|Index \d{1,9} out of bounds|Sequence contains (?:no|more than one)|No value present|given key .{0,200}was not present|key not found: :|Undefined (?:array key|index|variable|offset|property)|Index was out of range|Collection was modified|len is \d{1,9} but the index is)/i
  ),
  unknown(
    "defect.cast",
    /\b(?:cannot be cast to|Unable to cast object|interface conversion|Unable to cast|No implicit conversion|no implicit conversion of|Attempted to (?:divide|access)|divide(?:d)? by (?:zero|0)|\/ by zero|assignment to entry in nil map|send on closed channel|all goroutines are asleep|concurrent map)\b/
  ),
  unknown(
    "defect.assertion",
    /\b(?:AssertionError|Expected (?:values to be|inputs to be|"actual")|expression evaluated to a falsy|AssertionFailed|assertion [`'"]?[^\n]{0,120} ?failed|assertion failed|invariant (?:broken|violat|failed)|Invariant Violation|unreachable code|should never happen|ERR_ASSERTION)\b|\bpanicked at\b|^panic: (?!.{0,200}(?:connection refused|timeout|deadline))/i
  ),
  unknown(
    "crash.memory",
    /heap out of memory|\bOutOfMemory|OutOfMemoryError|Java heap space|GC overhead limit|Metaspace|std::bad_alloc|MemoryError|memory allocation of \d{1,20} bytes failed|Allowed memory size|Cannot allocate memory|Reached heap limit|Insufficient memory to continue|FatalError: memory/
  ),
  unknown(
    "crash.process",
    /\b(?:Runtime exited (?:with error|without)|signal: (?:killed|aborted|segmentation fault|bus error|illegal instruction|trace)|Process exited before completing|exit status \d{1,3}|exited with (?:code|status)|Segmentation fault|core dumped|SIG(?:SEGV|KILL|ABRT|BUS|ILL|TERM)|StackOverflow|stack overflow|exec format error|fork\/exec)\b|FATAL ERROR: |goroutine stack exceeds|handler is undefined or not exported|\bHandler '[^'\n]{1,128}' (?:missing|not found)|Couldn't find valid bootstrap|entrypoint|Class not found/
  ),
  unknown(
    "defect.sql",
    /\b(?:relation|table or view|column|function|table|database|schema|type|view|procedure|operator|Table '[^'\n]{1,128}'|database ['"][^'"\n]{1,128}['"]|(?:relation|column|function|schema|database|type|table) "?[^\s"\n]{1,128}(?:\([^)\n]{0,128}\))?"?(?: of relation "[^"\n]{1,128}")?) (?:does not exist|doesn't exist)\b/
  ),
  unknown(
    "defect.sql-syntax",
    /\b(?:syntax error at or near|error in your SQL syntax|Unknown column|Invalid (?:object|column) name|no such (?:table|column|function)|Incorrect syntax near|near "[^"\n]{0,80}": syntax error|table or view does not exist|invalid identifier|missing FROM-clause|has no column named|Unknown table|Unknown database|bind message supplies|number of (?:bound variables|field values)|Column count doesn't match|current transaction is aborted|unsupported frontend protocol|commands ignored until end|ambiguous column|column reference .{1,80} is ambiguous|Could not find stored procedure|Must declare the scalar variable|supplied \d{1,4} values? for|has \d{1,4} columns but \d{1,4} values|prepared statement "[^"\n]{0,80}" (?:already exists|does not exist)|missing (?:right|left) parenthesis|SQL command not properly ended|not a GROUP BY expression|no results to fetch|no rows in result set|PLS-\d{5}|must appear in the GROUP BY|could not determine data type|expects parameter '@|prepared statement needs|Parameter index out of range|No value specified for parameter|Incorrect number of bindings)\b/i
  ),
  unknown(
    "defect.unimplemented",
    /\b(?:not implemented|unimplemented|NotImplemented|UnsupportedOperation|UnsupportedVersion|unknown (?:service|method|command|operation|subcommand)|No qualifying bean|Error creating bean|No handler (?:found|registered)|does not support the requested|AbstractMethodError|NoSuchMethod|NoSuchField|is not supported (?:on this platform|by this))\b|\bUnimplemented\b|no such command|command not found|Region is missing|must specify a region|NoRegionError|lateinit property|must be subscribed|Unable to resolve service for type|type initializer for|json: unsupported (?:type|value)|no \w{1,40} in java\.library\.path|UnsatisfiedLink|no Session$|LazyInitialization|ImproperlyConfigured|Failed to load ApplicationContext|Cannot access a disposed object|\bMatchError\b|unknown encoding: |(?:topic|queue|bucket|stream|exchange|log group|specified \w{1,16}) (?:does not|doesn't) exist|Requested resource not found/i
  ),
  unknown(
    "defect.files",
    /\b(?:ENOENT|EISDIR|ENOTDIR|EMFILE|ENFILE)\b|No such file or directory(?!.{0,80}(?:sock|server))|executable file not found|too many open files|TemplateNotFound|FileNotFound|Could not find file/
  ),
  unknown(
    "defect.headers-sent",
    /Cannot set headers after|write after end|Callback was already called|already been (?:read|consumed|released|called)|Cannot (?:perform|use) .{0,40} (?:detached|closed) (?:ArrayBuffer|object)/i
  )
]
