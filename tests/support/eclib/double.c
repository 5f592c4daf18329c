/* A shared library with the C interface of BioLogic's EClib, in front of R0 + (R1 || C1).

   It carries out what is loaded: OCV, CPLIMIT, CALIMIT, CV, PEIS and GEIS, with their tests, in the
   data formats of both series. Time is what DOUBLE_SetTime says. It is not the maker's code, and
   says nothing of the bytes between that and an instrument. */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define API __declspec(dllexport)
#else
#define API __attribute__((visibility("default")))
#endif

typedef uint8_t boolean;

#pragma pack(push, 4)
typedef struct { int32_t code, ram, cpu, channels, slots, firmware, year, month, day, display, pcs; } DeviceInfos;
typedef struct {
    int32_t channel, board_version, board_serial, firmware_code, firmware, xilinx, amplifier, amplifiers;
    int32_t low_current, z_board, mux, ramp, memory, filled, state, range_max, range_min, bandwidth, techniques;
} ChannelInfos;
typedef struct {
    int32_t state, filled;
    float timebase, ewe, ewe_min, ewe_max, ece, ece_min, ece_max;
    int32_t e_over;
    float i;
    int32_t i_range, i_over;
    float elapsed, frequency, r_comp;
    int32_t saturation, option_error, option_position;
} CurrentValues;
typedef struct { int32_t skipped, rows, columns, index, id, process, loop; double start; int32_t pad; } DataInfos;
typedef struct { char label[64]; int32_t type, value, index; } EccParam;
typedef struct { int32_t count; EccParam *first; } EccParams;
#pragma pack(pop)
/* by value, twelve bytes in the registers of whole numbers, as a caller without packing sees it */
typedef struct { uint32_t word[3]; } EccParamsByValue;

enum { STOP = 0, RUN = 1, WORDS = 1000, LOADED = 8, PARAMS = 256, ROWS = 200000, WIDTH = 16 };
static const double PI = 3.14159265358979323846, TIMEBASE = 24e-6, FINEST = 0.01;

typedef struct { char stem[16]; int id, count; EccParam param[PARAMS]; } Technique;
typedef struct { uint32_t word[WIDTH]; int columns, process, index, id; double start; } Row;

static struct {
    /* who it is */
    int device, connected, serial, kernel, z_board, range_max, reach, skip, option_error, stuck;
    int fail_code; char fail_name[64];
    double limit_v;
    /* the cell */
    double r0, r1, c1, v1;
    /* what it does */
    Technique loaded[LOADED];
    int techniques, state, at, ticks_sp300, i_over, saturation;
    double now, began, technique_began, lived, ewe, amps, next_record;
    /* CV */
    double pace_factor;
    int point;
    Row *rows; int first, last;
    double hang_from; /* a channel that says nothing more */
} d;

static int sp300(void) { return d.device == 12 || d.device == 16 || (d.device >= 20 && d.device <= 21) || d.device == 23 || d.device == 27; }

/* ---- set by the tests ---- */

API void DOUBLE_Reset(int device, double r0, double r1, double c1) {
    Row *rows = d.rows ? d.rows : malloc(sizeof(Row) * ROWS);
    memset(&d, 0, sizeof d);
    d.rows = rows; d.device = device; d.serial = 1234; d.kernel = 5; d.z_board = 1; d.range_max = 10;
    d.reach = 1; d.limit_v = 10.5; d.r0 = r0; d.r1 = r1; d.c1 = c1; d.pace_factor = 1.0; d.hang_from = INFINITY;
}
API void DOUBLE_SetTime(double now) { d.now = now; }
API void DOUBLE_Fail(const char *name, int code) { snprintf(d.fail_name, sizeof d.fail_name, "%s", name); d.fail_code = code; }
API void DOUBLE_Set(const char *what, double value) {
    if (!strcmp(what, "serial")) d.serial = (int)value;
    else if (!strcmp(what, "firmware")) d.kernel = (int)value;
    else if (!strcmp(what, "z_board")) d.z_board = (int)value;
    else if (!strcmp(what, "range_max")) d.range_max = (int)value;
    else if (!strcmp(what, "reach")) d.reach = (int)value;
    else if (!strcmp(what, "skip")) d.skip = (int)value;
    else if (!strcmp(what, "option_error")) d.option_error = (int)value;
    else if (!strcmp(what, "stuck")) d.stuck = (int)value;
    else if (!strcmp(what, "pace")) d.pace_factor = value;
    else if (!strcmp(what, "hang_from")) d.hang_from = value;
    else if (!strcmp(what, "v1")) d.v1 = value;
    else abort();
}
API int DOUBLE_State(void) { return d.state; }
API double DOUBLE_Current(void) { return d.amps; }

static int failing(const char *name) {
    if (!d.reach) return -200;
    if (d.fail_code && !strcmp(d.fail_name, name)) { int code = d.fail_code; d.fail_code = 0; return code; }
    return 0;
}
#define ENTER(name) do { int code_ = failing(name); if (code_) return code_; } while (0)
#define CONNECTED(id) do { if (!d.connected || (id) != 7) return -1; } while (0)
#define PLUGGED(ch) do { if ((ch) != 0 && (ch) != 2) return -3; } while (0)

/* ---- the cell: exact for a held current or voltage ---- */

static void hold_current(double amps, double s) {
    double end = amps * d.r1;
    d.v1 = end + (d.v1 - end) * exp(-s / (d.r1 * d.c1));
}
static void hold_voltage(double volts, double s) {
    double share = d.r1 / (d.r0 + d.r1), end = volts * share, tau = d.c1 * d.r0 * share;
    d.v1 = end + (d.v1 - end) * exp(-s / tau);
}
static void look_current(double amps) { d.amps = amps; d.ewe = d.v1 + amps * d.r0; }
static void look_voltage(double volts) { d.ewe = volts; d.amps = (volts - d.v1) / d.r0; }

/* ---- parameters ---- */

static const EccParam *find(const Technique *t, const char *label, int index) {
    for (int k = 0; k < t->count; k++)
        if (!strcmp(t->param[k].label, label) && t->param[k].index == index) return &t->param[k];
    return NULL;
}
static double number(const Technique *t, const char *label, int index) {
    const EccParam *p = find(t, label, index);
    float single;
    if (!p) return NAN;
    if (p->type != 2) return p->value;
    memcpy(&single, &p->value, 4);
    return single;
}
static double full_scale(int range) { return pow(10.0, range - 10); }

/* ---- rows ---- */

static uint32_t single(double value) { float f = (float)value; uint32_t w; memcpy(&w, &f, 4); return w; }

static void record(int id, int process, const uint32_t *words, int columns, double start) {
    Row *row = &d.rows[d.last];
    if (d.last >= ROWS) return;
    memcpy(row->word, words, sizeof(uint32_t) * (size_t)columns);
    row->columns = columns; row->process = process; row->id = id; row->index = d.at; row->start = start;
    d.last++;
}
static void record_reading(const Technique *t, double at, double control, int cycle) {
    double since = at - d.technique_began;
    uint64_t ticks = (uint64_t)llround(since / TIMEBASE);
    uint32_t w[WIDTH] = {(uint32_t)(ticks >> 32), (uint32_t)ticks};
    int n = 2;
    if (t->id == 100) { w[n++] = single(d.ewe); if (!sp300()) w[n++] = single(0.001); }
    else if (t->id == 103) {
        if (!sp300()) w[n++] = single(control);
        w[n++] = single(d.amps); w[n++] = single(d.ewe); w[n++] = (uint32_t)cycle;
    } else { w[n++] = single(d.ewe); w[n++] = single(d.amps); w[n++] = (uint32_t)cycle; }
    record(t->id, 0, w, n, d.technique_began - d.began);
}

/* ---- techniques: each lives until `until`, and returns 1 when it is over ---- */

static int over(const Technique *t, int step) {
    static const char *config[] = {"Test1_Config", "Test2_Config", "Test3_Config"};
    static const char *limit[] = {"Test1_Value", "Test2_Value", "Test3_Value"};
    for (int k = 0; k < 3; k++) {
        int bits = (int)number(t, config[k], step);
        double value = number(t, limit[k], step), seen = (bits >> 5) == 3 ? d.amps : d.ewe;
        if (!(bits & 1)) return 0; /* and so are those behind it */
        if ((bits & 4) ? seen > value : seen < value) return 1;
    }
    return 0;
}
static int live_steps(const Technique *t, double until, int galvano) {
    int steps = (int)number(t, "Step_number", 0) + 1;
    double period = number(t, "Record_every_dT", 0), starts = d.technique_began;
    for (int step = 0; step < steps; step++) {
        double ends = starts + number(t, "Duration_step", step);
        double level = number(t, galvano ? "Current_step" : "Voltage_step", step);
        if (d.lived <= starts) { if (galvano) look_current(level); else look_voltage(level); }
        while (d.lived < ends) {
            double due = fmin(d.next_record, ends), to = fmin(fmin(due, d.lived + FINEST), until);
            if (to > d.lived) {
                if (galvano) { hold_current(level, to - d.lived); look_current(level); }
                else { hold_voltage(level, to - d.lived); look_voltage(level); }
                d.lived = to;
            } else if (d.lived >= until) return 0;
            if (over(t, step)) { record_reading(t, d.lived, level, 0); return 1; }
            if (d.lived >= d.next_record - 1e-12) { record_reading(t, d.lived, level, 0); d.next_record += period; }
        }
        starts = ends;
    }
    return 1;
}
static int live_rest(const Technique *t, double until) {
    double ends = d.technique_began + number(t, "Rest_time_T", 0), period = number(t, "Record_every_dT", 0);
    while (d.lived < ends) {
        double to = fmin(fmin(d.next_record, ends), until);
        if (to > d.lived) { hold_current(0.0, to - d.lived); d.lived = to; }
        else if (d.lived >= until) return 0;
        look_current(0.0);
        if (d.lived >= d.next_record - 1e-12) { record_reading(t, d.lived, 0.0, 0); d.next_record += period; }
    }
    return 1;
}
static int live_scan(const Technique *t, double until) {
    double step = number(t, "Record_every_dE", 0);
    int cycles = (int)number(t, "N_Cycles", 0) + 1, range = (int)number(t, "I_Range", 0), point = 0;
    double at = d.technique_began, level = number(t, "Voltage_step", 0);
    if (d.point == 0) { look_voltage(level); record_reading(t, at, level, 0); d.point = 1; d.lived = at; }
    for (int cycle = 0; cycle < cycles; cycle++)
        for (int leg = 0; leg < 3; leg++) {
            double from = number(t, "Voltage_step", leg), to = number(t, "Voltage_step", leg + 1);
            double rate = number(t, "Scan_Rate", leg) * d.pace_factor;
            int count = (int)lround(fabs(to - from) / step);
            for (int k = 1; k <= count; k++) {
                double next = at + step / rate;
                level = from + (to - from) * k / count;
                if (++point >= d.point) {
                    if (next > until) return 0;
                    hold_voltage(level, next - d.lived);
                    look_voltage(level);
                    d.lived = next;
                    if (range < 11) d.i_over = fabs(d.amps) > 1.1 * full_scale(range);
                    record_reading(t, next, level, cycle);
                    d.point = point + 1;
                }
                at = next;
            }
        }
    return 1;
}
static int live_sweep(const Technique *t, double until, int galvano) {
    int points = (int)number(t, "Frequency_number", 0);
    double high = number(t, "Initial_frequency", 0), low = number(t, "Final_frequency", 0);
    double amplitude = number(t, galvano ? "Amplitude_Current" : "Amplitude_Voltage", 0), at = d.technique_began;
    double bias = number(t, galvano ? "Initial_Current_step" : "Initial_Voltage_step", 0);
    if (d.point == 0) {
        uint32_t w[WIDTH] = {0, 0};
        galvano ? look_current(bias) : look_voltage(bias);
        w[2] = single(d.ewe); w[3] = single(d.amps);
        record(t->id, 0, w, 4, d.technique_began - d.began);
        d.point = 1;
    }
    for (int k = 0; k < points; k++) {
        double f = points > 1 ? high * pow(low / high, (double)k / (points - 1)) : high;
        double omega = 2 * PI * f, x = omega * d.r1 * d.c1;
        double re = d.r0 + d.r1 / (1 + x * x), im = -d.r1 * x / (1 + x * x), size = hypot(re, im);
        at += 0.3 + (1.0 + number(t, "Wait_for_steady", 0)) / f;
        if (k + 1 < d.point) continue;
        if (at > until) return 0;
        uint32_t w[WIDTH] = {0};
        w[0] = single(f);
        w[1] = single(galvano ? amplitude * size : amplitude);
        w[2] = single(galvano ? amplitude : amplitude / size);
        w[3] = single(atan2(im, re));
        w[4] = single(d.ewe); w[5] = single(d.amps);
        w[13] = single(at - d.began);
        w[14] = 10;
        record(t->id, 1, w, sp300() ? 14 : 15, d.technique_began - d.began);
        d.lived = at;
        d.point = k + 2;
    }
    return 1;
}
static void live(void) {
    while (d.state == RUN) {
        const Technique *t = &d.loaded[d.at];
        double until = fmin(d.now, d.hang_from);
        int done = t->id == 100 ? live_rest(t, until) : t->id == 103 ? live_scan(t, until)
                 : t->id == 104 || t->id == 107 ? live_sweep(t, until, t->id == 107)
                 : live_steps(t, until, t->id == 155);
        if (!done) return;
        int cut = t->id == 155 || t->id == 157 ? over(t, 0) && (int)number(t, "Exit_Cond", 0) == 2 : 0;
        if (cut || ++d.at >= d.techniques) { d.state = STOP; d.amps = 0; }
        else { d.technique_began = d.next_record = d.lived; d.point = 0; }
    }
    if (d.state == STOP && d.now > d.lived) { hold_current(0.0, d.now - d.lived); d.lived = d.now; d.ewe = d.v1; }
}

/* ---- EClib ---- */

static int text(const char *from, char *to, uint32_t *size) {
    if (!to || !size || *size < strlen(from) + 1) return -4;
    strcpy(to, from);
    *size = (uint32_t)strlen(from) + 1;
    return 0;
}
API int32_t BL_GetLibVersion(char *version, uint32_t *size) { return text("6.08", version, size); }
API int32_t BL_GetErrorMsg(int32_t code, char *message, uint32_t *size) {
    static const struct { int code; const char *text; } texts[] = {
        {-1, "No instrument connected"}, {-3, "Selected channel(s) unplugged"}, {-4, "Invalid function parameters"},
        {-9, "EC-Lab firmware loaded on the instrument"}, {-11, "USB library not correctly loaded in memory"},
        {-13, "Selected channel(s) already used"}, {-200, "Communication failed with the instrument"},
        {-400, "Cannot find the selected ECC file"}, {-401, "ECC file not compatible with the channel firmware"},
        {-403, "Cannot load the ECC file"}, {-404, "Data returned by the instrument are corrupted"},
    };
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
        if (texts[k].code == code) return text(texts[k].text, message, size);
    return -4;
}
API int32_t BL_Connect(const char *address, uint8_t timeout, int32_t *id, DeviceInfos *infos) {
    ENTER("BL_Connect");
    if (!timeout || strcmp(address, "192.168.0.10")) return -201;
    memset(infos, 0, sizeof *infos);
    infos->code = d.device; infos->ram = 32; infos->channels = 4; infos->slots = 4; infos->firmware = 1042; infos->pcs = 1;
    d.connected = 1;
    *id = 7;
    return 0;
}
API int32_t BL_Disconnect(int32_t id) { if (id != 7) return -1; d.connected = 0; return 0; }
API int32_t BL_TestConnection(int32_t id) { ENTER("BL_TestConnection"); CONNECTED(id); return 0; }
API int32_t BL_GetChannelInfos(int32_t id, uint8_t channel, ChannelInfos *infos) {
    ENTER("BL_GetChannelInfos"); CONNECTED(id); PLUGGED(channel);
    live();
    memset(infos, 0, sizeof *infos);
    infos->channel = channel; infos->board_serial = d.serial + channel; infos->firmware_code = d.kernel; infos->firmware = 550;
    infos->z_board = d.z_board; infos->state = d.state; infos->range_max = d.range_max; infos->range_min = 2;
    infos->bandwidth = 7; infos->techniques = d.techniques;
    return 0;
}
API int32_t BL_LoadFirmware(int32_t id, const uint8_t *channels, int32_t *results, uint8_t length, boolean gauge,
                            boolean force, const char *kernel, const char *gates) {
    FILE *file;
    (void)gauge; (void)force; (void)gates;
    ENTER("BL_LoadFirmware"); CONNECTED(id);
    if (length < 16) return -4;
    file = fopen(kernel, "rb");
    if (!file) { results[0] = results[2] = -300; return 0; }
    fclose(file);
    for (int k = 0; k < length; k++) if (channels[k]) { results[k] = 0; d.kernel = 5; d.state = STOP; d.techniques = 0; }
    return 0;
}
static int32_t define(const char *label, int type, int32_t value, int32_t index, EccParam *param) {
    if (strlen(label) > 63 || index < 0) return -4;
    memset(param, 0, sizeof *param);
    strcpy(param->label, label);
    param->type = type; param->value = value; param->index = index;
    return 0;
}
API int32_t BL_DefineBoolParameter(const char *label, boolean value, int32_t index, EccParam *param) { return define(label, 1, value ? 1 : 0, index, param); }
API int32_t BL_DefineIntParameter(const char *label, int32_t value, int32_t index, EccParam *param) { return define(label, 0, value, index, param); }
API int32_t BL_DefineSglParameter(const char *label, float value, int32_t index, EccParam *param) { int32_t raw; memcpy(&raw, &value, 4); return define(label, 2, raw, index, param); }

/* label, type, most indices; the techniques that know it by their letters */
static const struct { const char *label; int type, width; const char *of; } KNOWN[] = {
    {"Rest_time_T", 2, 1, "o"}, {"Record_every_dE", 2, 1, "opvg"}, {"Record_every_dT", 2, 1, "opaeg"}, {"Record_every_dI", 2, 1, "ae"},
    {"Current_step", 2, 20, "p"}, {"Voltage_step", 2, 20, "av"}, {"vs_initial", 1, 20, "pavge"}, {"vs_final", 1, 1, "eg"},
    {"Duration_step", 2, 20, "paeg"}, {"Step_number", 0, 1, "paeg"}, {"N_Cycles", 0, 1, "pav"},
    {"Test1_Config", 0, 20, "pa"}, {"Test1_Value", 2, 20, "pa"}, {"Test2_Config", 0, 20, "pa"}, {"Test2_Value", 2, 20, "pa"},
    {"Test3_Config", 0, 20, "pa"}, {"Test3_Value", 2, 20, "pa"}, {"Exit_Cond", 0, 20, "pa"},
    {"Scan_Rate", 2, 5, "v"}, {"Scan_number", 0, 1, "v"}, {"Average_over_dE", 1, 1, "v"}, {"Begin_measuring_I", 2, 1, "v"},
    {"End_measuring_I", 2, 1, "v"}, {"Initial_frequency", 2, 1, "eg"}, {"Final_frequency", 2, 1, "eg"}, {"sweep", 1, 1, "eg"},
    {"Frequency_number", 0, 1, "eg"}, {"Average_N_times", 0, 1, "eg"}, {"Correction", 1, 1, "eg"}, {"Wait_for_steady", 2, 1, "eg"},
    {"Initial_Voltage_step", 2, 1, "e"}, {"Final_Voltage_step", 2, 1, "e"}, {"Amplitude_Voltage", 2, 1, "e"},
    {"Initial_Current_step", 2, 1, "g"}, {"Final_Current_step", 2, 1, "g"}, {"Amplitude_Current", 2, 1, "g"},
    {"I_Range", 0, 1, "pavg"}, {"E_Range", 0, 1, "opav"}, {"Bandwidth", 0, 1, "pav"},
};
static int understood(const EccParam *p, char letter) {
    for (size_t k = 0; k < sizeof KNOWN / sizeof KNOWN[0]; k++)
        if (!strcmp(KNOWN[k].label, p->label) && strchr(KNOWN[k].of, letter))
            return KNOWN[k].type == p->type && p->index < KNOWN[k].width;
    return 0;
}
API int32_t BL_LoadTechnique(int32_t id, uint8_t channel, const char *file, EccParamsByValue by_value, boolean first,
                             boolean last, boolean display) {
    static const struct { const char *stem; int id; char letter; } FILES[] = {
        {"ocv", 100, 'o'}, {"cplimit", 155, 'p'}, {"calimit", 157, 'a'}, {"cv", 103, 'v'}, {"peis", 104, 'e'}, {"geis", 107, 'g'}};
    EccParams params;
    Technique *t;
    char stem[64];
    const char *slash = strrchr(file, '/'), *back = strrchr(file, '\\'), *name = slash > back ? slash + 1 : back ? back + 1 : file;
    size_t length;
    char letter = 0;
    FILE *found = fopen(file, "rb");
    (void)last; (void)display;
    if (found) fclose(found);
    ENTER("BL_LoadTechnique"); CONNECTED(id); PLUGGED(channel);
    if (d.state != STOP) return -13;
    if (!found) return -400;
    length = strcspn(name, ".");
    if (length >= sizeof stem) return -402;
    memcpy(stem, name, length); stem[length] = 0;
    if (sp300() != (stem[length - 1] == '4')) return -401;
    if (sp300()) stem[length - 1] = 0;
    memcpy(&params, &by_value, sizeof params);
    if (first) d.techniques = 0;
    if (d.techniques >= LOADED || params.count > PARAMS) return -405;
    t = &d.loaded[d.techniques];
    memset(t, 0, sizeof *t);
    for (size_t k = 0; k < sizeof FILES / sizeof FILES[0]; k++)
        if (!strcmp(FILES[k].stem, stem)) { t->id = FILES[k].id; letter = FILES[k].letter; }
    if (!letter) return -403;
    for (int k = 0; k < params.count; k++) if (!understood(&params.first[k], letter)) return -403;
    memcpy(t->param, params.first, sizeof(EccParam) * (size_t)params.count);
    t->count = params.count;
    if (t->id == 155 && number(t, "I_Range", 0) == 12) return -403; /* a galvanostat cannot range by itself */
    d.techniques++;
    return 0;
}
API int32_t BL_StartChannel(int32_t id, uint8_t channel) {
    ENTER("BL_StartChannel"); CONNECTED(id); PLUGGED(channel);
    live();
    if (!d.techniques) return -6;
    d.state = RUN; d.at = d.point = d.i_over = 0; d.first = d.last = 0;
    d.began = d.technique_began = d.lived = d.next_record = d.now;
    return 0;
}
API int32_t BL_StopChannel(int32_t id, uint8_t channel) {
    ENTER("BL_StopChannel"); CONNECTED(id); PLUGGED(channel);
    live();
    if (!d.stuck) { d.state = STOP; d.amps = 0; }
    return 0;
}
static void current_values(CurrentValues *values) {
    memset(values, 0, sizeof *values);
    values->state = d.state; values->timebase = (float)TIMEBASE; values->ewe = (float)d.ewe; values->i = (float)d.amps;
    values->i_over = d.i_over; values->e_over = fabs(d.ewe) > d.limit_v; values->option_error = d.option_error;
    values->elapsed = (float)(d.lived - d.began); values->ewe_max = 10; values->ewe_min = -10;
}
API int32_t BL_GetCurrentValues(int32_t id, uint8_t channel, CurrentValues *values) {
    ENTER("BL_GetCurrentValues"); CONNECTED(id); PLUGGED(channel);
    live();
    current_values(values);
    return 0;
}
API int32_t BL_GetData(int32_t id, uint8_t channel, uint32_t *buffer, DataInfos *infos, CurrentValues *values) {
    ENTER("BL_GetData"); CONNECTED(id); PLUGGED(channel);
    live();
    current_values(values);
    memset(infos, 0, sizeof *infos);
    if (d.first < d.last) {
        const Row *head = &d.rows[d.first];
        infos->columns = head->columns; infos->process = head->process; infos->id = head->id; infos->index = head->index;
        infos->start = head->start; infos->skipped = d.skip; d.skip = 0;
        while (d.first < d.last && (infos->rows + 1) * head->columns <= WORDS) {
            const Row *row = &d.rows[d.first];
            if (row->process != head->process || row->index != head->index) break;
            memcpy(buffer + infos->rows * head->columns, row->word, sizeof(uint32_t) * (size_t)head->columns);
            infos->rows++; d.first++;
        }
    } else { infos->id = d.techniques ? d.loaded[d.at < d.techniques ? d.at : d.techniques - 1].id : 0; infos->columns = 0; d.first = d.last = 0; }
    return 0;
}
API int32_t BL_ConvertNumericIntoSingle(uint32_t word, float *value) { memcpy(value, &word, 4); return 0; }
