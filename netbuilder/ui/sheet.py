"""The style sheet as it is written: Qt's rules with {{tokens}} for colours, {{12px}} sizes and {{mark:images}}.

It holds no colour of its own; `stylesheet.py` fills in a theme's.
"""

TEXTS = """
* { outline: 0; }
QWidget { color: {{text}}; selection-background-color: {{accent}}; selection-color: {{on_accent}}; }
QMainWindow, QDialog, QMessageBox { background: {{window}}; }
QAbstractScrollArea { background: transparent; border: none; }
QLabel { background: transparent; }
QLabel:disabled { color: {{faint}}; }
QLabel[role="headline"] { font-size: {{20px}}; font-weight: 600; }
QLabel[role="title"] { font-size: {{15px}}; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="section"] { color: {{muted}}; font-size: {{12px}}; font-weight: 600; }
QLabel[role="muted"] { color: {{muted}}; }
QLabel[role="faint"] { color: {{faint}}; font-size: {{12px}}; }
QLabel[role="caption"] { color: {{muted}}; font-size: {{12px}}; }
QLabel[role="small"] { font-size: {{12px}}; }
QLabel[role="good"] { color: {{good}}; }
QLabel[role="warning"] { color: {{warning}}; }
QLabel[role="danger"] { color: {{danger}}; font-size: {{12px}}; }
QLabel[role="number"] { font-weight: 600; }
QLabel[role="mono"] { font-family: {{mono}}; font-size: {{12px}}; }
QLabel[role="badge"] {
    background: {{danger}}; color: {{on_accent}}; font-size: {{11px}}; font-weight: 600;
    border-radius: {{8px}}; padding: 0 {{6px}}; min-height: {{16px}}; max-height: {{16px}};
}
QLabel[role="keycap"] {
    color: {{muted}}; background: {{field}}; border: 1px solid {{outline}}; border-radius: {{4px}};
    font-size: {{11px}}; padding: 1px {{6px}};
}
QWidget[role="panel"] { background: {{panel}}; }
QWidget[role="bar"] { background: {{bar}}; border-bottom: 1px solid {{border}}; }
QWidget[role="toast"], QLabel[role="toast"] {
    background: {{raised}}; border: 1px solid {{outline}}; border-radius: {{8px}}; padding: {{10px}} {{16px}};
}
QWidget[role="side"] { background: {{panel}}; border-right: 1px solid {{border}}; }
QWidget[role="window"] { background: {{window}}; }
QWidget[role="well"] { background: {{window}}; border: 1px solid {{border}}; border-radius: {{6px}}; }
QWidget[role="card"] { background: {{panel}}; border: 1px solid {{border}}; border-radius: {{8px}}; }
QWidget[role="card focused"] { background: {{panel}}; border: 1px solid {{accent}}; border-radius: {{8px}}; }
QWidget[role="callout"] { background: {{danger_tint}}; border: 1px solid {{danger}}; border-radius: {{6px}}; }
QFrame[role="row"] { border: 1px solid transparent; border-radius: {{6px}}; }
QFrame[role="row"]:hover { background: {{hover}}; }
QFrame[role="row"]:focus { border-color: {{accent}}; }
QFrame[role="line"] { background: {{border}}; border: none; min-height: 1px; max-height: 1px; }
"""

BUTTONS = """
QPushButton {
    background: {{field}}; border: 1px solid {{border}}; border-radius: {{6px}};
    padding: {{5px}} {{14px}}; min-height: {{18px}};
}
QPushButton:hover { background: {{hover}}; }
QPushButton:pressed, QPushButton:checked { background: {{selected}}; }
QPushButton:focus { border-color: {{accent}}; }
QPushButton:disabled { color: {{faint}}; background: {{panel}}; }
QPushButton::menu-indicator { image: {{mark:down}}; subcontrol-position: right center; right: {{6px}}; }
QPushButton[role="primary"] {
    background: {{accent}}; color: {{on_accent}}; border-color: {{accent}}; font-weight: 600;
}
QPushButton[role="primary"]:hover { background: {{accent_hover}}; border-color: {{accent_hover}}; }
QPushButton[role="primary"]:pressed { background: {{accent_down}}; border-color: {{accent_down}}; }
QPushButton[role="primary"]:focus { border-color: {{text}}; }
QPushButton[role="primary"]:disabled {
    background: {{accent_off}}; border-color: {{accent_off}}; color: {{muted}};
}
QPushButton[role="quiet"] { background: transparent; border-color: transparent; color: {{accent}}; }
QPushButton[role="quiet"]:hover { background: {{hover}}; }
QPushButton[role="quiet"]:focus { border-color: {{accent}}; }
QPushButton[role="quiet"]:disabled { color: {{faint}}; }
QPushButton[role="dropDown"] { padding-left: 2px; padding-right: 2px; min-width: 16px; }
QPushButton[role="danger"] { background: transparent; border-color: {{danger}}; color: {{danger}}; }
QPushButton[role="danger"]:hover { background: {{danger_tint}}; }
QPushButton[role="danger"]:focus { border-color: {{text}}; }
QPushButton[role="danger"]:disabled { border-color: {{border}}; color: {{faint}}; }
QPushButton[role="small"], QPushButton[role="fix"] { padding: {{2px}} {{8px}}; font-size: {{12px}}; }
QPushButton[role="fix"] {
    background: {{accent}}; color: {{on_accent}}; border-color: {{accent}}; font-weight: 600; text-align: left;
}
QPushButton[role="fix"]:hover { background: {{accent_hover}}; border-color: {{accent_hover}}; }
QPushButton[role="fix"]:focus { border-color: {{text}}; }
QPushButton[role="fix"]:disabled { background: {{accent_off}}; border-color: {{accent_off}}; color: {{muted}}; }
QPushButton[role="segment"] {
    background: transparent; border-color: transparent; color: {{muted}}; padding: {{4px}} {{12px}};
}
QPushButton[role="segment"]:hover { color: {{text}}; background: {{hover}}; }
QPushButton[role="segment"]:checked { color: {{text}}; background: {{field}}; font-weight: 600; }
QPushButton[role="segment"]:focus { border-color: {{accent}}; }
QPushButton[role="fold"] {
    background: transparent; border-color: transparent; color: {{muted}}; padding: {{4px}} 0;
    text-align: left; font-weight: 600;
}
QPushButton[role="fold"]:hover { color: {{text}}; }
QPushButton[role="fold"]:focus { border-color: {{accent}}; }
QPushButton[role="source"] {
    background: {{panel}}; border: 1px solid {{border}}; border-radius: {{8px}};
    padding: {{8px}} {{12px}}; text-align: left;
}
QPushButton[role="source"]:hover { background: {{hover}}; }
QPushButton[role="source"]:checked { background: {{selected}}; border-color: {{accent}}; }
QPushButton[role="source"]:focus { border-color: {{accent}}; }
QPushButton[role="entry"] {
    background: transparent; border: 1px solid transparent; border-radius: {{6px}}; padding: 0; text-align: left;
}
QPushButton[role="entry"]:hover { background: {{hover}}; }
QPushButton[role="entry"]:pressed { background: {{selected}}; }
QPushButton[role="entry"]:focus { border-color: {{accent}}; }
QToolButton {
    background: transparent; border: 1px solid transparent; border-radius: {{6px}}; padding: {{4px}};
}
QToolButton:hover { background: {{hover}}; }
QToolButton:pressed, QToolButton:checked { background: {{selected}}; }
QToolButton[role="workspace"] { color: {{muted}}; padding: {{5px}} {{16px}}; min-width: {{56px}}; }
QToolButton[role="workspace"]:hover { color: {{text}}; }
QToolButton[role="workspace"]:checked { color: {{text}}; background: {{field}}; font-weight: 600; }
QToolButton[role="crumb"] { padding: {{3px}} {{6px}}; color: {{muted}}; }
QToolButton[role="crumb"]:hover { color: {{text}}; }
QToolButton[role="crumb"]:disabled { color: {{text}}; font-weight: 600; }
QToolButton:focus { border-color: {{accent}}; }
QToolButton:disabled { color: {{faint}}; }
QToolButton::menu-indicator { image: none; }
QToolButton[popupMode="1"] { padding-right: {{20px}}; }
QToolButton::menu-button { border: none; width: {{18px}}; }
QToolButton::menu-arrow { image: {{mark:down}}; }
QDialogButtonBox { button-layout: 2; dialogbuttonbox-buttons-have-icons: 0; }
"""

FIELDS = """
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateEdit {
    background: {{field}}; border: 1px solid {{border}}; border-radius: {{6px}};
    padding: {{4px}} {{8px}}; min-height: {{18px}};
}
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: {{outline}}; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QComboBox:on {
    border-color: {{accent}};
}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    color: {{faint}}; background: {{panel}};
}
QLineEdit[bad="true"], QComboBox[bad="true"] { border-color: {{danger}}; }
QLineEdit[role="shown"] { color: {{muted}}; background: {{panel}}; }
QLineEdit[role="name"] {
    background: transparent; border-color: transparent; font-size: {{15px}}; font-weight: 600;
    padding: {{2px}} {{4px}};
}
QLineEdit[role="name"]:hover { background: {{field}}; }
QLineEdit[role="name"]:focus { background: {{field}}; border-color: {{accent}}; }
QLineEdit[role="name"][bad="true"] { border-color: {{danger}}; }
QComboBox QLineEdit, QComboBox QLineEdit:focus, QComboBox QLineEdit:hover {
    background: transparent; border: none; padding: 0; min-height: 0;
}
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0 {{6px}}; min-height: {{18px}}; }
QAbstractSpinBox { padding-left: 0; }
QSpinBox::up-button, QDoubleSpinBox::up-button {
    subcontrol-position: top right; width: {{20px}}; border: none; background: transparent;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-position: bottom right; width: {{20px}}; border: none; background: transparent;
}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: {{mark:up}}; width: {{12px}}; height: {{12px}}; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: {{mark:down}}; width: {{12px}}; height: {{12px}}; }
QComboBox { padding-right: {{24px}}; }
QComboBox::drop-down { border: none; width: {{24px}}; }
QComboBox::down-arrow { image: {{mark:down}}; width: {{16px}}; height: {{16px}}; }
QComboBox::down-arrow:disabled { image: {{mark:down-faint}}; }
QComboBox QAbstractItemView {
    background: {{raised}}; border: 1px solid {{border}}; padding: {{4px}}; outline: 0;
    selection-background-color: {{selected}}; selection-color: {{text}};
}
QComboBox QAbstractItemView::item { min-height: {{26px}}; padding: 0 {{8px}}; border-radius: {{4px}}; }
QComboBox QAbstractItemView::item:hover, QComboBox QAbstractItemView::item:selected {
    background: {{selected}}; color: {{text}};
}
QPlainTextEdit, QTextEdit, QTextBrowser {
    background: {{field}}; border: 1px solid {{border}}; border-radius: {{6px}}; padding: {{4px}};
}
QPlainTextEdit:focus, QTextEdit:focus, QTextBrowser:focus { border-color: {{accent}}; }
QPlainTextEdit[role="source"] {
    background: {{panel}}; border: 1px solid transparent; border-radius: 0; padding: 0;
    selection-background-color: {{accent}}; selection-color: {{on_accent}};
}
QPlainTextEdit[role="source"]:focus { border-color: {{accent}}; }
QCheckBox, QRadioButton { background: transparent; spacing: {{8px}}; min-height: {{20px}}; }
QCheckBox:disabled, QRadioButton:disabled { color: {{faint}}; }
QCheckBox::indicator, QTreeView::indicator, QListView::indicator, QTableView::indicator, QGroupBox::indicator {
    width: {{16px}}; height: {{16px}}; border: 1px solid {{handle_hover}}; border-radius: {{4px}};
    background: {{field}};
}
QCheckBox::indicator:hover { border-color: {{accent}}; }
QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked,
QTableView::indicator:checked, QGroupBox::indicator:checked {
    background: {{accent}}; border-color: {{accent}}; image: {{mark:tick}};
}
QCheckBox::indicator:indeterminate, QTreeView::indicator:indeterminate {
    background: {{accent}}; border-color: {{accent}}; image: {{mark:dash}};
}
QCheckBox::indicator:focus { border: 2px solid {{text}}; }
QCheckBox::indicator:disabled { border-color: {{border}}; background: {{panel}}; }
QCheckBox[role="switch"]::indicator {
    width: {{32px}}; height: {{18px}}; border: 2px solid transparent; border-radius: {{11px}};
    background: transparent; image: {{mark:switch-off}};
}
QCheckBox[role="switch"]::indicator:checked { image: {{mark:switch-on}}; }
QCheckBox[role="switch"]::indicator:disabled { image: {{mark:switch-dead}}; }
QCheckBox[role="switch"]::indicator:indeterminate { image: {{mark:switch-dead}}; background: transparent; }
QCheckBox[role="switch"]::indicator:focus { border-color: {{text}}; }
QRadioButton::indicator {
    width: {{16px}}; height: {{16px}}; border: 1px solid {{handle_hover}}; border-radius: {{9px}};
    background: {{field}};
}
QRadioButton::indicator:checked {
    background: {{accent}}; border-color: {{accent}}; image: {{mark:dot}};
}
QRadioButton::indicator:focus { border: 2px solid {{text}}; }
QSlider::groove:horizontal { height: {{4px}}; background: {{hover}}; border-radius: {{2px}}; }
QSlider::sub-page:horizontal { background: {{accent}}; border-radius: {{2px}}; }
QSlider::handle:horizontal {
    background: {{accent}}; width: {{14px}}; height: {{14px}}; margin: -{{6px}} 0; border-radius: {{8px}};
    border: 1px solid {{panel}};
}
QSlider::groove:vertical { width: {{4px}}; background: {{hover}}; border-radius: {{2px}}; }
QSlider::add-page:vertical { background: {{accent}}; border-radius: {{2px}}; }
QSlider::handle:vertical {
    background: {{accent}}; width: {{14px}}; height: {{14px}}; margin: 0 -{{6px}}; border-radius: {{8px}};
    border: 1px solid {{panel}};
}
QSlider::handle:focus { border: 2px solid {{text}}; }
QSlider::sub-page:disabled, QSlider::handle:disabled { background: {{faint}}; }
QProgressBar {
    background: {{hover}}; border: none; border-radius: {{3px}}; min-height: {{6px}}; max-height: {{6px}};
    color: transparent;
}
QProgressBar::chunk { background: {{accent}}; border-radius: {{3px}}; }
QProgressBar[role="good"]::chunk { background: {{good}}; }
QProgressBar[role="danger"]::chunk { background: {{danger}}; }
"""

VIEWS = """
QScrollArea, QScrollArea > QWidget > QWidget[role="inside"] { background: transparent; border: none; }
QTreeView, QListView, QTableView {
    background: {{panel}}; alternate-background-color: {{raised}}; border: none; outline: 0;
    gridline-color: {{border}}; selection-background-color: {{selected}}; selection-color: {{text}};
}
QTreeView::item, QListView::item { padding: {{4px}} {{4px}}; border-radius: {{4px}}; }
QTableView::item { padding: 0 {{6px}}; border: none; }
QTreeView::item:hover, QListView::item:hover, QTableView::item:hover { background: {{hover}}; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {
    background: {{selected}}; color: {{text}};
}
QListView::item:focus, QTableView::item:focus, QTreeView::item:focus { border: 1px solid {{accent}}; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:closed { image: {{mark:right}}; }
QTreeView::branch:has-children:open { image: {{mark:down}}; }
QHeaderView { background: {{panel}}; border: none; }
QHeaderView::section {
    background: {{panel}}; color: {{muted}}; border: none; border-bottom: 1px solid {{border}};
    padding: {{6px}} {{8px}}; font-weight: 600; font-size: {{12px}};
}
QHeaderView::section:vertical {
    border-bottom: none; border-right: 1px solid {{border}}; font-weight: 400; color: {{faint}};
    padding: 0 {{8px}};
}
QHeaderView::up-arrow { image: {{mark:up}}; width: {{12px}}; height: {{12px}}; }
QHeaderView::down-arrow { image: {{mark:down}}; width: {{12px}}; height: {{12px}}; }
QTableCornerButton::section { background: {{panel}}; border: none; border-bottom: 1px solid {{border}}; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: {{10px}}; }
QScrollBar:horizontal { height: {{10px}}; }
QScrollBar::handle { background: {{handle}}; border-radius: {{3px}}; }
QScrollBar::handle:vertical { min-height: {{32px}}; margin: {{2px}} {{2px}} {{2px}} {{2px}}; }
QScrollBar::handle:horizontal { min-width: {{32px}}; margin: {{2px}} {{2px}} {{2px}} {{2px}}; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: {{handle_hover}}; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
"""

WINDOWS = """
QMainWindow::separator { background: {{border}}; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: {{accent}}; }
QSplitter::handle { background: {{border}}; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: {{accent}}; }
QSplitter[role="gap"]::handle { background: transparent; }
QSplitter[role="wide"]::handle:vertical { background: transparent; border-top: 1px solid {{border}}; }
QSplitter[role="wide"]::handle:vertical:hover { border-top-color: {{accent}}; }
QDockWidget {
    background: {{panel}}; color: {{muted}}; font-weight: 600; font-size: {{12px}};
    titlebar-close-icon: {{mark:close}}; titlebar-normal-icon: {{mark:float}};
}
QDockWidget::title { background: {{panel}}; padding: {{8px}} {{16px}}; text-align: left; }
QDockWidget::close-button, QDockWidget::float-button {
    background: transparent; border: none; border-radius: {{4px}}; padding: 0; icon-size: {{14px}};
}
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: {{hover}}; }
QToolBar { background: {{bar}}; border: none; spacing: {{8px}}; padding: {{4px}} {{8px}}; }
QToolBar::separator { background: {{border}}; width: 1px; margin: {{4px}} {{4px}}; }
QStatusBar { background: {{bar}}; color: {{muted}}; border-top: 1px solid {{border}}; }
QStatusBar::item { border: none; }
QMenuBar { background: {{bar}}; border: none; padding: {{2px}} {{4px}}; }
QMenuBar::item { background: transparent; padding: {{4px}} {{10px}}; border-radius: {{4px}}; }
QMenuBar::item:selected { background: {{hover}}; }
QMenu { background: {{raised}}; border: 1px solid {{border}}; padding: {{4px}}; }
QMenu::item { padding: {{5px}} {{28px}} {{5px}} {{28px}}; border-radius: {{4px}}; min-height: {{18px}}; }
QMenu::item:selected { background: {{selected}}; }
QMenu::item:disabled { color: {{faint}}; }
QMenu::icon { padding-left: {{8px}}; }
QMenu::separator { height: 1px; background: {{border}}; margin: {{4px}} {{8px}}; }
QMenu::indicator { width: {{16px}}; height: {{16px}}; left: {{6px}}; }
QMenu::indicator:checked { image: {{mark:tick-plain}}; }
QMenu::right-arrow { image: {{mark:right}}; width: {{16px}}; height: {{16px}}; right: {{6px}}; }
QToolTip {
    background: {{raised}}; color: {{text}}; border: 1px solid {{border}}; padding: {{6px}} {{8px}};
}
QTabWidget::pane { border: none; border-top: 1px solid {{border}}; background: {{panel}}; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: {{muted}}; border: none; border-bottom: 2px solid transparent;
    padding: {{6px}} {{12px}}; min-height: {{18px}};
}
QTabBar::tab:hover { color: {{text}}; }
QTabBar::tab:selected { color: {{text}}; border-bottom-color: {{accent}}; }
QTabBar::tab:focus { color: {{accent}}; }
QTabBar::tab:disabled { color: {{faint}}; }
QTabBar::close-button { image: {{mark:close}}; }
QTabBar QToolButton { background: {{panel}}; border: none; }
QTabBar QToolButton::left-arrow { image: {{mark:left}}; }
QTabBar QToolButton::right-arrow { image: {{mark:right}}; }
QGroupBox {
    border: 1px solid {{border}}; border-radius: {{8px}}; margin-top: {{10px}}; padding: {{16px}} {{12px}} {{12px}};
}
QGroupBox::title { subcontrol-origin: margin; left: {{12px}}; padding: 0 {{4px}}; color: {{muted}}; }
QMessageBox QLabel#qt_msgbox_label { font-weight: 600; min-width: {{500px}}; }
QMessageBox QLabel#qt_msgbox_informativelabel { color: {{muted}}; min-width: {{500px}}; }
"""

SHEET = TEXTS + BUTTONS + FIELDS + VIEWS + WINDOWS
